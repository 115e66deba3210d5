/**
 * Used where the file has no chat template (base models) and none is given. Documented in docs/models.md. An answer's white
 * space is the model's own business: what it says goes back as it said it, and an answer that it did not give stands one
 * space behind the colon.
 */
export const plainTemplate =
  "{% for message in messages %}" +
  "{% if message.role == 'system' %}{{ message.content }}\n" +
  "{% elif message.role == 'user' %}User: {{ message.content }}\n" +
  "{% else %}Assistant: {{ message.content | trim }}\n{% endif %}" +
  "{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}";
