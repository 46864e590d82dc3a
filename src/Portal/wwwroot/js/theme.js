// Loaded before the first paint: settles dark or light, so that no page flashes in the wrong one.
// The choice (dark, light or system) is kept in local storage; the outcome goes into a cookie, so the server knows it next time.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => localStorage.getItem("theme") ?? "system";
  const outcome = () => (choice() === "system" ? (system.matches ? "dark" : "light") : choice());

  function apply() {
    const theme = outcome();
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=31536000; SameSite=Lax`;
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  window.fewshotadTheme = {
    toggle: () => {
      localStorage.setItem("theme", outcome() === "dark" ? "light" : "dark");
      apply();
    },
    /**
     * Tells the circuit the theme, now and at each change, the system's own as well. All of it goes one way, in order: an answer
     * to a question could overtake a change, or be overtaken. Returns what ends it.
     */
    watch: dotnet => {
      const tell = () => dotnet.invokeMethodAsync("OnThemeChanged", outcome() === "dark").catch(() => {});
      document.addEventListener("themechange", tell);
      tell();
      return { dispose: () => document.removeEventListener("themechange", tell) };
    },
  };
  system.addEventListener("change", apply);
  apply();
  document.addEventListener("click", event => {
    if (event.target.closest("[data-theme-toggle]")) window.fewshotadTheme.toggle();
    // Without a connection no page can answer: this button needs none.
    if (event.target.closest("[data-reload]")) location.reload();
  });
})();
