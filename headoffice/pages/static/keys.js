// Keys for whoever keeps their hands on them; every page works without this file.
"use strict";
(function () {
  const typing = (target) => target.closest("input, textarea, select") !== null;
  const rows = () => Array.from(document.querySelectorAll(".rows a.row"));

  function step(by) {
    const all = rows();
    if (all.length === 0) return false;
    const here = all.indexOf(document.activeElement);
    const next = here < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + by, 0), all.length - 1);
    all[next].focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const search = document.getElementById("search");
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
    } else if (event.target === search && event.key === "ArrowDown") {
      if (step(1)) event.preventDefault();
    } else if (typing(event.target)) {
      return;
    } else if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && rows().includes(document.activeElement)) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    }
  });
})();
