import { asNodeError, type DBusNodeError } from "../errors";
import type { IntrospectedObject } from "../introspect/model";

/** An object that lists itself among its children has no end. */
const MOST_LEVELS = 32;
/** Characters. The specification sets no limit to a path. */
export const MAX_PATH_LENGTH = 1024;

export interface ObjectWalk {
  /** Objects at most. */
  readonly most: number;
  /** So many are asked at the same time. */
  readonly parallel: number;
  /** False when the answers are of no interest any more: nothing is asked or told from then on. */
  readonly wanted: () => boolean;
  /** Whether this object, which its parent names, is asked; all are without it. */
  readonly asked?: (path: string) => boolean;
  readonly introspect: (path: string) => Promise<IntrospectedObject>;
  /** What an object says about itself; its children come after this. */
  readonly found: (path: string, model: IntrospectedObject) => void | Promise<void>;
  /** One that says nothing is passed over. */
  readonly failed: (path: string, error: DBusNodeError) => void;
}

/**
 * Asks the object at `top` and those below it, level by level. Resolves, when all are through, with how
 * many were left out: beyond `most`, too deep, or not valid. Never rejects.
 */
export function walkObjects(top: string, walk: ObjectWalk): Promise<number> {
  const paths = [top];
  const seen = new Set(paths);
  let leftOut = 0;

  const add = (path: string) => {
    if (seen.has(path)) return;
    const fits = paths.length < walk.most && path.length <= MAX_PATH_LENGTH && levels(path) <= MOST_LEVELS;
    if (!fits) {
      leftOut++;
      return;
    }
    seen.add(path);
    paths.push(path);
  };

  const ask = async (path: string): Promise<void> => {
    if (walk.asked?.(path) === false) return;
    try {
      const model = await walk.introspect(path);
      if (!walk.wanted()) return;
      await walk.found(path, model);
      leftOut += model.leftOut;
      for (const child of model.children) add(path === "/" ? `/${child}` : `${path}/${child}`);
    } catch (error) {
      if (walk.wanted()) walk.failed(path, asNodeError(error));
    }
  };

  return new Promise((resolve) => {
    let next = 0;
    let underWay = 0;
    const go = () => {
      while (underWay < walk.parallel && next < paths.length && walk.wanted()) {
        const path = paths[next++] ?? top;
        underWay++;
        void ask(path).then(() => {
          underWay--;
          go();
        });
      }
      if (underWay === 0) resolve(leftOut);
    };
    go();
  });
}

function levels(path: string): number {
  let count = 0;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) count++;
  return count;
}
