// The fields in which the reader writes the values of a runbook: all at the head of the page, some at a command.
(() => {
  "use strict";

  const { quoted, variables, values, faultOf, soundValues, setValue, reset, writeAddress } = globalThis.waypostRunbook;

  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  /** Return *items* with commas between them. */
  const joined = (items) => items.flatMap((item, index) => (index ? [", ", item] : [item]));

  const fields = [];
  let fieldCount = 0;

  function makeField(variable) {
    const id = `wp-field-${(fieldCount += 1)}`;
    const label = make("label", "wp-field__name", make("code", "", `$${variable.name}`));
    label.htmlFor = id;
    const input = make("input", "wp-field__input");
    Object.assign(input, { id, type: "text", placeholder: variable.example, spellcheck: false, autocomplete: "off" });
    input.setAttribute("autocapitalize", "none");
    input.setAttribute("autocorrect", "off");
    const told = make("span", "wp-field__told");
    told.id = `${id}-told`;
    const about = make("span", "wp-field__about", variable.description);
    about.id = `${id}-about`;
    input.setAttribute("aria-describedby", `${told.id} ${about.id}`);
    input.addEventListener("input", () => setValue(variable.name, input.value));
    input.addEventListener("change", writeAddress);
    fields.push({ variable, input, told });
    return make("div", "wp-field", label, input, told, about);
  }

  function showFields() {
    for (const { variable, input, told } of fields) {
      const value = values.get(variable.name) || "";
      const fault = faultOf(variable);
      if (document.activeElement !== input || input.value.trim() !== value) input.value = value;
      input.classList.toggle("wp-field__input--set", Boolean(value) && !fault);
      if (fault) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      told.textContent = fault;
    }
  }

  function makeForm(details) {
    const form = make("form", "wp-fill", ...[...variables.values()].map(makeField));
    form.addEventListener("submit", (event) => event.preventDefault());
    const link = make("button", "wp-button", "Copy a link with these values");
    Object.assign(link, { type: "button" });
    link.dataset.wpLink = "";
    const clear = make("button", "wp-button", "Reset");
    Object.assign(clear, { type: "button" });
    clear.addEventListener("click", reset);
    const note = make("small", "", "Values stand in this page's address, and nowhere else.");
    form.append(make("p", "wp-fill__tools", link, clear, note));
    details.querySelector("dl").replaceWith(form);
    details.querySelector(".wp-variables__lines > p").textContent = "Or set them in the shell that you work in:";
  }

  function showSummary(details) {
    const sound = soundValues();
    const shown = [...variables.values()].map((variable) => {
      const value = sound.get(variable.name);
      if (value) return make("code", "wp-filled", `${variable.name}=${value}`);
      const name = make("code", "", `$${variable.name}`);
      return faultOf(variable) ? make("span", "wp-wrong", name, " does not fit") : name;
    });
    details.querySelector("summary").replaceChildren("Fill in: ", ...joined(shown));
    const lines = [...variables.values()].map(({ name, example }) => {
      const value = sound.get(name);
      return `export ${name}=${quoted(value || "")}${!value && example ? `  # such as ${example}` : ""}\n`;
    });
    details.querySelector(".wp-variables__lines code").textContent = lines.join("");
  }

  Object.assign(globalThis.waypostRunbook, { make, joined, fields, makeField, makeForm, showFields, showSummary });
})();
