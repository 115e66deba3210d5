/** Used where the file has no chat template (base models) and none is given. Documented in the README. */
export const plainTemplate =
  "{% for message in messages %}" +
  "{% if message.role == 'system' %}{{ message.content }}\n" +
  "{% elif message.role == 'user' %}User: {{ message.content }}\n" +
  "{% else %}Assistant: {{ message.content }}\n{% endif %}" +
  "{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}";
