import path from "node:path";
import { buildSync } from "esbuild";
import { makeTempDir } from "./temp-dir";

let program: string | undefined;

/**
 * The file of a program that says Hello to the address given to it and prints its unique name, or the
 * code and the text key of the error: for other users and other versions of Node.js.
 */
export function helloProgram(): string {
  if (program !== undefined) return program;
  program = path.join(makeTempDir(), "hello.js");
  const contents = `import { hello } from "./hello";
    hello(process.argv[2] ?? "").then(console.log, (error) => console.log(error.code, error.text?.key));`;
  const stdin = { contents, resolveDir: __dirname, loader: "ts" } as const;
  // One file, because other users may not read this folder.
  buildSync({ stdin, bundle: true, platform: "node", outfile: program });
  return program;
}
