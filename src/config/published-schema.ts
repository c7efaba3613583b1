// @ts-expect-error the compiler wants a flag for declarations of JSON files; Node and esbuild take the file as it is.
import schema from '../schema/config.schema.json' with {type: 'json'}

/** The published schema of config.json, for editors; checking is done by its precompiled form. */
export const configSchema: Readonly<Record<string, unknown>> = schema
