/** What happens while a dial is turned: first by the mappings known by now, then mapped anew. */
import { type Asking, type Progress, SILENT } from "./asking.ts";
import type { Desk } from "./desk.ts";
import type { Choices, Opened } from "./opened.ts";
import type { Work } from "./page_state.ts";
import { LAYERS, MAPPING } from "./protocol.ts";
import { isMapped } from "./result.ts";
import type { Showing } from "./showing.ts";

export class Turning {
  private readonly desk: Desk;
  private readonly asking: Asking;
  private readonly showing: Showing;

  constructor(desk: Desk, asking: Asking, showing: Showing) {
    this.desk = desk;
    this.asking = asking;
    this.showing = showing;
  }

  /** Turns a dial: draws what the mappings known by now cost, and maps anew once it is still. */
  slide(change: Partial<Choices>): void {
    const { desk } = this;
    const { opened, choices } = desk.now;
    if (opened === null || choices === null) return;
    const next = { ...opened, choices: { ...choices, ...change } };
    const turn = desk.nextStep(); // what the dial was at before may still be drawn
    desk.set({ choices: next.choices, error: null, attempt: null, work: this.searching(next) });
    const drawn = this.redraw(next, turn);
    const search = () => void drawn.then(() => this.remap(next, turn));
    desk.atRest(desk.around.stillMs ?? 150, search);
  }

  private async redraw(opened: Opened, turn: number): Promise<void> {
    const { desk } = this;
    try {
      const answer = await desk.around.engine.held(await this.asking.request(opened));
      if (turn < desk.since) return; // something later is on the screen
      if (!answer.ok) {
        if (turn === desk.turn && !SILENT.has(answer.error.code)) {
          desk.nextTurn(); // nor is it mapped anew
          desk.settle({ error: answer.error });
        }
        return;
      }
      const shown = await this.asking.shown(answer, opened);
      if (turn < desk.since) return;
      desk.since = turn;
      if (shown.provisional || turn !== desk.turn) {
        desk.set({ opened, shown });
      } else {
        desk.nextTurn(); // there is nothing to be found
        this.showing.settleIn("same", opened, shown);
      }
    } catch (cause) {
      desk.giveUp(turn, cause);
    }
  }

  private async remap(opened: Opened, turn: number): Promise<void> {
    const { desk } = this;
    if (turn !== desk.turn) return;
    try {
      const { engine } = desk.around;
      const request = await this.asking.request(opened);
      const told: Progress = (_, fraction) => {
        if (turn === desk.turn) desk.set({ work: this.searching(opened, fraction) });
      };
      // What maps nothing is as quick where it is.
      const answer = await (this.isTimed
        ? engine.estimate(request, told)
        : engine.remap(request, told));
      if (turn !== desk.turn) return;
      if (!answer.ok) {
        desk.nextTurn();
        desk.settle(SILENT.has(answer.error.code) ? {} : { error: answer.error });
        return;
      }
      const shown = await this.asking.shown(answer, opened);
      if (turn !== desk.turn) return;
      desk.nextTurn();
      this.showing.settleIn("same", opened, shown);
    } catch (cause) {
      desk.giveUp(turn, cause);
    }
  }

  private searching({ title }: Opened, fraction: number | null = null): Work {
    const ready = this.isTimed ? LAYERS : MAPPING;
    const text = this.desk.now.stage.name === "ready" ? ready : "Waiting for the engine";
    return { title, text, fraction, behind: true };
  }

  /** Makes ready for dials: has a breakdown mapped that came with the page, and starts what maps. */
  warm(): void {
    const { asking, desk } = this;
    const { opened, work, stage } = desk.now;
    if (opened === null || work !== null || stage.name !== "ready" || this.isTimed) return;
    desk.around.engine.prepare();
    if (asking.mapped === opened.source) return;
    asking.mapped = opened.source;
    asking
      .request(opened)
      .then((request) => desk.around.engine.estimate(request))
      .catch(() => undefined); // a dial will tell
  }

  /** Whether the breakdown shown is of a platform that nothing is mapped onto. */
  private get isTimed(): boolean {
    const { shown } = this.desk.now;
    return shown !== null && !isMapped(shown.result.platform);
  }
}
