import type { InterfaceDefinition } from "../../lib/shared/interface-definition";
import { introspectionXml } from "../../lib/shared/introspection-xml";
import { CopyText } from "./copy-text";

/** The introspection XML that an object's own interface will be served with, read-only. */
export class IntrospectionView {
  readonly #xml: CopyText;

  constructor(container: JQuery) {
    this.#xml = new CopyText(container);
  }

  show(definition: InterfaceDefinition): void {
    this.#xml.show(introspectionXml([definition], []));
  }
}
