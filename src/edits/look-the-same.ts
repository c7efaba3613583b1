/** Letters of other alphabets next to the Latin ones that they are drawn like. */
const DRAWN_LIKE = 'аaсcеeоoрpхxуyіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTХXЅSІIЈJΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνvαaԌGԚQԜW'
const MOST = 2000

/** Whether two different texts can hardly be told apart by looking at them. */
export function lookTheSame(one: string, other: string): boolean {
  if (one === other || Math.max(one.length, other.length) > MOST) return false
  return !(isAscii(one) && isAscii(other)) && skeleton(one) === skeleton(other)
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text)
}

function skeleton(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\u0370-\u052F]/g, (letter) => {
    const at = DRAWN_LIKE.indexOf(letter)
    return at >= 0 && at % 2 === 0 ? (DRAWN_LIKE[at + 1] ?? letter) : letter
  })
}
