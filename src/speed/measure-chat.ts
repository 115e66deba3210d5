import { askedOf } from "./asked-settings.ts";
import type { AskedChat, Measured, OneModel } from "./asked.ts";
import { optionsOf, usedFacts, usedSettings } from "./measure-cell.ts";

/** @throws EngineError */
export async function measureChat(
  { model, child, asked, view }: OneModel,
  { file, settings, tokens }: AskedChat,
  isCached: boolean,
): Promise<Measured> {
  const test = `${file.file}, cache ${isCached ? "on" : "off"}`;
  view.onTest(model.name, test, asked.repetitions);
  // The child counts the tokens and makes room for them.
  const options = optionsOf(model, settings, 0);
  const { turns, used } = await child.chat(
    {
      options,
      messages: file.messages,
      tokens,
      isCached,
      repetitions: asked.repetitions,
      mostTokens: model.trainContextLength,
    },
    () => view.onStep(),
  );
  return {
    test,
    settings: {
      kind: "chat",
      tokens,
      depth: 0,
      sampled: true,
      conversations: 1,
      ...usedSettings(used),
      asked: askedOf(settings),
      chat: { sha256: file.sha256, file: file.file, isCached },
    },
    samples: [],
    turns,
    versions: used.versions,
    facts: { ...usedFacts(used), isExact: true, kvBytesPerToken: options.kvBytesPerToken, against: null },
  };
}
