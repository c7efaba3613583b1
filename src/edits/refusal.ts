/** A change that was not made, nothing written; the message tells the model what to do instead. */
export class EditRefusal extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EditRefusal'
    this.code = code
  }
}
