// Entrance of the desk's scripts. Modules are named by relative path: an import map would need an inline script,
// which the content security policy does not allow (docs/decisions/0005-screens-and-content-security.md).
import { Application } from "../../vendor/stimulus.js";
import ComposerController from "./controllers/composer.js";
import AnswersController from "./controllers/answers.js";
import DraftController from "./controllers/draft.js";
import GlanceController from "./controllers/glance.js";
import GateController from "./controllers/gate.js";
import KeysController from "./controllers/keys.js";
import LiveController from "./controllers/live.js";
import MarkdownController from "./controllers/markdown.js";
import PaletteController from "./controllers/palette.js";
import PicksController from "./controllers/picks.js";
import PickController from "./controllers/pick.js";
import PresenceController from "./controllers/presence.js";
import RailController from "./controllers/rail.js";
import RichController from "./controllers/rich.js";
import RowsController from "./controllers/rows.js";
import SheetController from "./controllers/sheet.js";
import StaffController from "./controllers/staff.js";
import StepsController from "./controllers/steps.js";
import StreamController from "./controllers/stream.js";
import SuggestController from "./controllers/suggest.js";
import TalkController from "./controllers/talk.js";
import TimesController from "./controllers/times.js";
import UndoController from "./controllers/undo.js";
import "./focus.js";

const application = Application.start();
for (const [name, controller] of Object.entries({
  composer: ComposerController,
  answers: AnswersController,
  draft: DraftController,
  glance: GlanceController,
  gate: GateController,
  keys: KeysController,
  live: LiveController,
  markdown: MarkdownController,
  palette: PaletteController,
  picks: PicksController,
  pick: PickController,
  presence: PresenceController,
  rail: RailController,
  rich: RichController,
  rows: RowsController,
  sheet: SheetController,
  staff: StaffController,
  steps: StepsController,
  stream: StreamController,
  suggest: SuggestController,
  talk: TalkController,
  times: TimesController,
  undo: UndoController,
})) {
  application.register(name, controller);
}
export default application;

// A button that leads to another control on the page, such as a tab of the composer.
document.addEventListener("click", (event) => {
  const leads = event.target.closest?.("[data-clicks]");
  if (leads) document.getElementById(leads.dataset.clicks)?.click();
});
