import { levelFoundLater } from "../report/sentences/levels.ts";
import { durationRange } from "../report/sentences/plan.ts";
import { bytesText, unknown } from "../report/words/numbers.ts";
import { renderTable } from "../report/words/table.ts";
import { placesOf } from "./places.ts";
import type { Forecast } from "../runs/forecast-of.ts";
import type { RunRequest } from "../runs/request.ts";
import { isLevelOpen, levelOf } from "../settings/on-level.ts";
import { isServersOwn } from "../settings/refusals.ts";
import { printed, settingNames } from "../settings/settings.ts";
import { visible } from "../visible-text.ts";

/** What `run --dry-run` prints: every setting, and of each model what `auto` comes to, how long it takes and how much memory. */
export function planText({ settings, engine }: RunRequest, models: readonly Forecast[]): string {
  const names = settingNames.filter((name) => engine.kind !== "server" || !isServersOwn(name));
  const rows = names.map((name) => [name, visible(printed(name, settings[name]) || "none")]);
  const asked = renderTable([{ title: "setting" }, { title: "value" }], rows);
  const failures = models.flatMap(({ name, error }) =>
    error === null ? [] : [error.includes(name) ? error : `${name}: ${error}`],
  );
  const warnings = models.flatMap(({ name, warnings: own }) => own.map((one) => `${name}: warning: ${one}`));
  const reasons = models.flatMap(({ name, parallel, parallelBecause }) =>
    parallelBecause === null ? [] : [`${name}: ${parallel} at a time: ${parallelBecause}`],
  );
  const places = models.flatMap((model) => {
    const text = placesOf(model);
    return text === null ? [] : [`${model.name}: ${text}`];
  });
  const open = isLevelOpen(settings) ? [levelFoundLater(levelOf(settings)?.name ?? "")] : [];
  const lines = [...open, ...places, ...failures, ...reasons, ...warnings].map(visible).join("\n");
  return [asked, modelTable(models), ...(lines === "" ? [] : [lines])].join("\n\n");
}

function modelTable(models: readonly Forecast[]): string {
  const number = (value: number | null): string => (value === null ? unknown : String(value));
  return renderTable(
    [
      { title: "model" },
      { title: "conversations", align: "right" },
      { title: "context", align: "right" },
      { title: "answer limit", align: "right" },
      { title: "about", align: "right" },
      { title: "memory", align: "right" },
      { title: "in the file", align: "right" },
    ],
    models.map(
      ({ name, parallel, contextLength, answerLimit, forecastMs, memoryBytes, fileBytes, error }) => [
        visible(name),
        error === null ? String(parallel) : "cannot run",
        number(contextLength),
        number(answerLimit),
        forecastMs === null ? unknown : durationRange(forecastMs, forecastMs),
        memoryBytes === null ? unknown : bytesText(memoryBytes),
        bytesText(fileBytes),
      ],
    ),
  );
}
