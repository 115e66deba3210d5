import type { PageDocument } from "../report/page/page-schema.ts";
import { visible, visibleLines } from "../visible-text.ts";

/** What runs were asked, right under the headline. */
export function Asked({ asked }: Pick<PageDocument, "asked">) {
  return (
    <dl class="asked">
      {asked.map(([name, text]) => (
        <>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </>
      ))}
    </dl>
  );
}

/** The messages of a first turn; the first wording is open. */
export function Prompts({ prompts }: Pick<PageDocument, "prompts">) {
  return (
    <>
      {prompts.map(({ run, label, messages, note }, place) => (
        <details open={place === 0}>
          <summary>
            Run {run}: {visible(label)}
          </summary>
          <p class="note">{visible(note)}</p>
          {messages.map(({ role, content }) => (
            <>
              <p class="role">{visible(role)}</p>
              <bdi class="prompt">{visibleLines(content)}</bdi>
            </>
          ))}
        </details>
      ))}
    </>
  );
}
