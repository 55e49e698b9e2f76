// What makes the page nicer where scripts run. Everything works without them.
(() => {
  "use strict";

  const button = (text, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.addEventListener("click", () => act(b));
    return b;
  };

  // A script can be copied, where the browser lets us.
  for (const source of document.querySelectorAll("details.source")) {
    if (!navigator.clipboard) break;
    const copy = button("Copy", async (b) => {
      await navigator.clipboard.writeText(source.querySelector("code").textContent);
      b.textContent = "Copied";
    });
    copy.className = "copy";
    source.querySelector("pre").before(copy);
  }

  // A plan can be printed.
  const plan = document.querySelector("#plan h2");
  if (plan) {
    const print = button("Print", () => window.print());
    print.className = "print";
    plan.after(print);
  }

  // A log can be read from a file, chosen or dropped. It is put into the field, so that it can be looked at before it is sent.
  const most = 200000;
  for (const field of document.querySelectorAll("textarea[data-file]")) {
    const read = async (file) => {
      if (!file) return;
      field.value = (await file.text()).slice(-most);
      field.focus();
    };
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".log,.lo_,.txt,text/plain";
    input.hidden = true;
    input.addEventListener("change", () => read(input.files[0]));
    const choose = button("Choose a file", () => input.click());
    choose.className = "file";
    field.after(choose, input);
    field.addEventListener("dragover", (e) => e.preventDefault());
    field.addEventListener("drop", (e) => {
      e.preventDefault();
      read(e.dataTransfer.files[0]);
    });
  }

  // Control and Enter send the form that is being written in.
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.form) e.target.form.requestSubmit();
  });
})();
