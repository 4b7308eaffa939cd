/** Where the keyboard goes on when the button that was pressed is gone. */
export function focusMain(): void {
  document.getElementById("main")?.focus({ preventScroll: true });
}
