// Before anything is drawn, so that a page chosen dark never flashes light; a file, since the policy allows no script in the page.
(() => {
  try {
    const theme = localStorage.getItem("proog-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // No storage: as the system has it.
  }
})();
