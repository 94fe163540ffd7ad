// The ceremony's page at the desk and in the hall. It works without this script: the hall's page then loads anew by itself.
document.addEventListener("DOMContentLoaded", () => {
  const part = (id) => document.getElementById(id);

  // What comes from the server by itself must not take a click or an input away.
  let isPressing = false;
  document.addEventListener("pointerdown", () => { isPressing = true; });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(() => { isPressing = false; }, 0));
  const isTyping = (place) => Array.from(place.querySelectorAll("input:not([type=hidden]), select, textarea")).some((field) =>
    field === document.activeElement || isChanged(field));
  const isChanged = (field) => field.tagName === "SELECT"
    ? Array.from(field.options).some((option) => option.selected !== option.defaultSelected && (option.selected ? option.value : option.defaultSelected))
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.elt?.id === "stage" && isPressing) event.detail.shouldSwap = false; });
  document.addEventListener("htmx:oobBeforeSwap", (event) => { if (isTyping(event.detail.target)) event.preventDefault(); });

  // A lost connection is said, and found again by the next question.
  for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(fault, () => { part("lost").hidden = false; });
  document.addEventListener("htmx:beforeOnLoad", (event) => { if (event.detail.xhr.status < 400) part("lost").hidden = true; });

  // The whole screen for the hall.
  const full = part("full-screen");
  if (full && document.fullscreenEnabled) {
    const words = full.textContent;
    full.hidden = false;
    full.addEventListener("click", () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    document.addEventListener("fullscreenchange", () => { full.textContent = document.fullscreenElement ? full.dataset.leave : words; });
  }

  // The roll: names appear one by one, then the page turns by itself; it can be stopped, and turned by hand.
  const STEP = 150, TURN = 2000;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let isPaused = false, timer = 0;

  function call() {
    clearTimeout(timer);
    const next = part("roll").querySelector("li.is-to-come");
    if (isPaused) return;
    if (next) { next.classList.remove("is-to-come"); timer = setTimeout(call, STEP); return; }
    if (!part("roll-next")) { part("roll-pause").hidden = true; return; }
    timer = setTimeout(() => part("roll-next")?.click(), TURN);
  }

  function begin() {
    const pause = part("roll-pause");
    if (isStill || !pause?.hidden) return;
    pause.hidden = false;
    const words = pause.textContent;
    const show = () => { pause.textContent = isPaused ? pause.dataset.resume : words; };
    show();
    pause.addEventListener("click", () => { isPaused = !isPaused; show(); call(); });
    if (!isPaused) part("roll").querySelectorAll("li").forEach((line) => line.classList.add("is-to-come"));
    call();
  }

  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "roll") begin(); });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target?.id !== "roll") return;
    part("roll").scrollIntoView({ block: "nearest" });
    begin();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = { ArrowRight: "roll-next", ArrowLeft: "roll-previous" }[event.key];
    if (turn) part(turn)?.click();
  });
  begin();
});
