// What llama.cpp's own server makes of conversations under chat templates.
//
// usage: llama-cpp-texts CASES.json TEMPLATE...
// CASES.json: [{messages: [{role, content, reasoning_content?}], thinking: bool, kwargs: {...}}]
// Prints a line of JSON for each template: [text, ...], one for each case, null where llama.cpp refuses it.
#include "chat.h"
#include "json.h"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

// The clock that the libraries ask: 1 January 2025, 00:00:00 UTC. Linked with -rdynamic, these stand before libc's.
static const time_t pinned = 1735689600;

extern "C" int clock_gettime(clockid_t, struct timespec * now) {
    now->tv_sec  = pinned;
    now->tv_nsec = 0;
    return 0;
}

extern "C" time_t time(time_t * now) {
    if (now != nullptr) {
        *now = pinned;
    }
    return pinned;
}

static std::string read_file(const char * path) {
    std::ifstream     file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

static common_chat_templates_inputs inputs_of(const common_json & given) {
    common_chat_templates_inputs inputs;
    for (const auto & message : given.at("messages")) {
        common_chat_msg msg;
        msg.role              = message.at("role").get<std::string>();
        msg.content           = message.at("content").get<std::string>();
        msg.reasoning_content = message.value("reasoning_content", "");
        inputs.messages.push_back(msg);
    }
    inputs.enable_thinking  = given.at("thinking").get<bool>();
    inputs.reasoning_format = COMMON_REASONING_FORMAT_AUTO;
    for (const auto & [name, value] : given.at("kwargs").items()) {
        inputs.chat_template_kwargs[name] = value.dump();
    }
    return inputs;
}

// After the text is rendered a parser for answers is derived from the template. Where only that fails, the text is asked
// for without: nothing but the parser differs.
static std::string text_of(const common_chat_templates * templates, common_chat_templates_inputs inputs) {
    try {
        return common_chat_templates_apply(templates, inputs).prompt;
    } catch (const std::invalid_argument & error) {
        if (std::string(error.what()).find("Unable to generate parser") == std::string::npos) {
            throw;
        }
        inputs.force_pure_content = true;
        return common_chat_templates_apply(templates, inputs).prompt;
    }
}

int main(int count, char ** arguments) {
    const common_json cases = common_json::parse(read_file(arguments[1]));
    for (int i = 2; i < count; i++) {
        common_json texts = common_json::array();
        for (const auto & given : cases) {
            common_json text;
            try {
                const auto templates = common_chat_templates_init(nullptr, read_file(arguments[i]), "<s>", "</s>");
                text = text_of(templates.get(), inputs_of(given));
            } catch (const std::exception & error) {
                fprintf(stderr, "%s: %s\n", arguments[i], error.what());
            }
            texts.push_back(text);
        }
        std::cout << texts.dump() << std::endl;
    }
}
