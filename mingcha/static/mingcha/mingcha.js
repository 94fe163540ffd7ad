// Small behaviours of all pages; every page works without them.
document.addEventListener("DOMContentLoaded", () => {
  // A form is sent once: the second click of a double click does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent && !form.matches("[method=get]")) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  // Controls that apply at once.
  document.querySelectorAll("[data-submit-on-change]").forEach((control) =>
    control.addEventListener("change", () => control.form.requestSubmit()));
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
});
