/** What this package uses of Node-RED's editor, 4.1 and 5. */

interface EditorNode {
  readonly id: string;
  readonly type: string;
  /** Looks a key up in the catalogue of the node's own type. */
  _(key: string, params?: Readonly<Record<string, string | number>>): string;
}

/** A node as it lies on a flow. */
interface FlowNode extends EditorNode {
  /** The flow or subflow that it is on. */
  readonly z: string;
  readonly changed?: boolean;
}

/** A step that can be undone: `changes` holds the values before it. */
type HistoryEvent =
  | {
      readonly t: "edit";
      readonly node: FlowNode;
      readonly changes: Readonly<Record<string, unknown>>;
      readonly changed: boolean | undefined;
      readonly dirty: boolean;
    }
  | { readonly t: "multi"; readonly events: readonly HistoryEvent[]; readonly dirty: boolean };

interface NoticeOptions {
  readonly type?: "compact" | "success" | "warning" | "error";
  /** Milliseconds. */
  readonly timeout?: number;
}

interface EditorProperty<Config, Value> {
  readonly value: Value;
  /** Exactly two parameters: only then may it return the reason, as text. */
  readonly validate?: (this: EditorNode & Config, value: unknown, options: unknown) => true | string;
}

interface NodeDefinition<Config> {
  readonly category: string;
  readonly color: string;
  readonly icon: string;
  readonly align?: "left" | "right";
  readonly inputs: number;
  readonly outputs: number;
  readonly defaults: { readonly [Field in keyof Config]-?: EditorProperty<Config, Config[Field]> };
  readonly paletteLabel: (this: EditorNode) => string;
  readonly inputLabels?: (this: EditorNode & Config) => string;
  readonly outputLabels: (this: EditorNode, port: number) => string;
  readonly label: (this: EditorNode & Config) => string;
  readonly labelStyle: (this: EditorNode & Config) => string;
  readonly oneditprepare: (this: FlowNode & Config) => void;
  readonly oneditsave: (this: FlowNode & { -readonly [Field in keyof Config]: Config[Field] }) => void;
  readonly oneditcancel: (this: EditorNode & Config) => void;
}

declare const RED: {
  /** Translates a key, `namespace:key`; a placeholder `__name__` is filled in as it is, unescaped. */
  _(key: string, params?: Readonly<Record<string, string | number>>): string;
  readonly nodes: {
    registerType<Config>(type: string, definition: NodeDefinition<Config>): void;
    eachNode(callback: (node: FlowNode) => void): void;
    /** Whether there is something to deploy; with an argument says so. */
    dirty(dirty?: boolean): boolean;
    workspace(id: string): { readonly locked?: boolean; readonly disabled?: boolean } | undefined;
    subflow(id: string): { readonly locked?: boolean } | undefined;
  };
  readonly workspaces: {
    /** The id of the flow in view. */
    active(): string;
  };
  readonly actions: {
    /** `label`: a key, looked up when the label is first shown. */
    add(name: string, handler: () => void, options: { readonly label: string }): void;
  };
  readonly history: {
    push(event: HistoryEvent): void;
    peek(): HistoryEvent | undefined;
    /** Undoes the last step. */
    pop(): void;
  };
  readonly events: { emit(event: "nodes:change", node: FlowNode): void };
  readonly view: { redraw(update: boolean): void };
  /** A string is taken as html: text from elsewhere only inside an element. */
  notify(message: string | JQuery, options: NoticeOptions): void;
  readonly plugins: {
    registerPlugin(id: string, definition: object): void;
    getPlugin(id: string): object | undefined;
  };
  readonly utils: {
    /** True, or why the value does not go with the typed input's type (with `options`). */
    validateTypedProperty(value: string, type: string, options: { readonly label?: string }): boolean | string;
    /** What the runtime's `RED.util.encodeObject` encoded. */
    decodeObject(payload: string, format: string): unknown;
    /** A value as the debug sidebar shows it, to be folded and copied. */
    createObjectElement(value: unknown, options: ObjectElementOptions): JQuery;
  };
  readonly editor: {
    /** Judges a node's fields again. */
    validateNode(node: FlowNode): void;
    /** Opens a large editor above the dialog; `complete` gets the text when it is done. */
    editJSON(options: TextEditorOptions): void;
    /** The same for bytes, as JSON. */
    editBuffer(options: TextEditorOptions): void;
  };
  readonly clipboard: {
    /** Copies, and tells so in a popover beside the element; `message` is a key of Node-RED's own catalogue. */
    copyText(value: string, element: JQuery, message: string): boolean;
  };
};

interface TextEditorOptions {
  readonly value: string;
  readonly focus: boolean;
  readonly complete: (value: string) => void;
}

interface ObjectElementOptions {
  readonly typeHint: string;
  readonly hideKey: boolean;
  readonly path: string;
  readonly rootPath: string;
  /** What is unfolded down to at first, and with `expandLeafNodes` itself too; without the root's path. */
  readonly expandPaths: readonly string[];
  readonly expandLeafNodes: boolean;
}

interface TypedInputType {
  readonly value: string;
  readonly label: string;
  readonly icon?: string;
  readonly hasValue?: boolean;
  /** The only values that there are, for a choice. */
  readonly options?: readonly string[];
  /** Marks the input as wrong, at each key. */
  readonly validate?: (value: string) => boolean;
  /** The button at the end of the input. */
  readonly expand?: (this: TypedInputWidget) => void;
}

interface TypedInputWidget {
  value(): string;
  value(value: string): void;
}

interface EditableListOptions<Row> {
  readonly addButton: string;
  readonly height: "auto" | number;
  readonly sortable: boolean;
  readonly removable: boolean;
  readonly addItem: (container: JQuery, index: number, row: Partial<Row>) => void;
  readonly removeItem: (row: Row) => void;
  readonly sortItems: (items: JQuery[]) => void;
}

interface JQuery {
  typedInput(options: { readonly default?: string; readonly types: readonly (string | TypedInputType)[] }): JQuery;
  typedInput(method: "type" | "value"): string;
  typedInput(method: "type" | "value" | "width", value: string): JQuery;
  editableList<Row>(options: EditableListOptions<Row>): JQuery;
  editableList(method: "items" | "empty"): JQuery;
  editableList(method: "addItem", row: object): JQuery;
  /** Fills in every `data-i18n` within. */
  i18n(): JQuery;
}
