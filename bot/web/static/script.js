// All that the page needs a script for: to say that an answer is on its way.
"use strict";

const forms = document.querySelectorAll("form");

function wait(form, waiting) {
  form.setAttribute("aria-busy", String(waiting));
  form.querySelector("button").disabled = waiting;
  document.getElementById("status").textContent = waiting ? "Reading the articles…" : "";
}

for (const form of forms) {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("input:not([type=hidden])")) {
      if (field.type === "text" && !field.value) field.disabled = true; // a short address
    }
    wait(form, true);
  });
}

// Back may bring a page as it was left.
window.addEventListener("pageshow", () => {
  for (const form of forms) {
    wait(form, false);
    for (const field of form.querySelectorAll("input")) field.disabled = false;
  }
});

// "/" goes to the question, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  const question = document.getElementById("question");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !question) return;
  event.preventDefault();
  question.focus();
  question.select();
});
