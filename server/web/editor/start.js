// Puts the editor in the place of the text field; the form stays what it is and works as without it.
const field = document.getElementById("query");
const form = field.form;
const known = (address) => fetch(address).then((answer) => (answer.ok ? answer.json() : {}));
const terms = known("/completions.json").catch(() => ({}));

// Prefixes and terms come from this site only, and nothing is kept in the browser.
Yasqe.forkAutocompleter("prefixes", { name: "prefixes", persistenceId: null });
for (const [name, kind] of [["class", "classes"], ["property", "properties"]]) {
  const get = () => terms.then((found) => found[kind] ?? []);
  Yasqe.forkAutocompleter(name, { name, get, bulk: true, persistenceId: null });
}

const place = document.createElement("div");
field.after(place);
const send = () => form.requestSubmit();
const editor = new Yasqe(place, {
  value: field.value,
  prefixCcApi: "/prefixes.json",
  persistenceId: null,
  createShareableLink: null,
  consumeShareLink: null,
  showQueryButton: false,
  editorHeight: "16rem",
  inputStyle: "contenteditable",
  extraKeys: { "Ctrl-Enter": send, "Cmd-Enter": send, "Ctrl-S": false, Esc: false, Tab: false, "Shift-Tab": false },
});

const input = editor.getInputField();
const keys = document.getElementById("query-keys");
const error = document.getElementById("error");
input.setAttribute("role", "textbox");
input.setAttribute("aria-multiline", "true");
input.setAttribute("aria-labelledby", "query-label");
input.setAttribute("aria-describedby", error ? "query-keys error" : "query-keys");
if (error) input.setAttribute("aria-invalid", "true");
keys.hidden = false;
document.getElementById("query-label").addEventListener("click", () => editor.focus());

field.hidden = true;
field.required = false;
form.addEventListener("submit", () => (field.value = editor.getValue()));
