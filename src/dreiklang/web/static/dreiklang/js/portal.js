// Entrance of the portal's scripts. Every page works without them; they keep what is typed, answer while one types and
// show what is new.
import { Application } from "../../vendor/stimulus.js";
import AnswersController from "./controllers/answers.js";
import ComposerController from "./controllers/composer.js";
import KeepingController from "./controllers/keeping.js";
import LiveController from "./controllers/live.js";
import StepsController from "./controllers/steps.js";
import TimesController from "./controllers/times.js";
import "./focus.js";

const application = Application.start();
for (const [name, controller] of Object.entries({
  answers: AnswersController,
  composer: ComposerController,
  keeping: KeepingController,
  live: LiveController,
  steps: StepsController,
  times: TimesController,
})) {
  application.register(name, controller);
}
export default application;
