/*
 * What can be wrong with content: stable names, a sentence in both languages.
 *
 * %.*s in a sentence is the limit or name the fault carries.
 */
#ifndef LI_CONTRACT_FAULT_H
#define LI_CONTRACT_FAULT_H

#include "base/ctx.h"

/* X(constant, name, zh, en) */
#define LI_FAULTS(X)                                                                               \
    X(REQUIRED, "required", "请填写这一项。", "This is required.")                                 \
    X(UNKNOWN, "unknown", "没有这一项。", "There is no such item.")                                \
    X(TYPE, "type", "内容类型不对，应为%.*s。", "This is of the wrong type; %.*s is expected.")    \
    X(CHOICE, "choice", "请从给出的选项中选择。", "Please choose one of the given options.")       \
    X(SHORT, "too-short", "太短，至少%.*s个字。", "Too short: at least %.*s characters.")          \
    X(LONG, "too-long", "太长，最多%.*s个字。", "Too long: at most %.*s characters.")              \
    X(FEW, "too-few", "太少，至少%.*s项。", "Too few: at least %.*s.")                             \
    X(MANY, "too-many", "太多，最多%.*s项。", "Too many: at most %.*s.")                           \
    X(SMALL, "too-small", "不能小于%.*s。", "Must not be less than %.*s.")                         \
    X(GREAT, "too-great", "不能大于%.*s。", "Must not be more than %.*s.")                         \
    X(TWICE, "twice", "有重复项。", "Something stands here twice.")                                \
    X(PATTERN, "pattern", "格式不对。", "The form is not right.")                                  \
    X(FORMAT, "format", "格式不对，应为%.*s。", "The form is not right; %.*s is expected.")        \
    X(WORDS, "no-words", "请输入两个以上汉字，或完整的英文单词、数字、编号，最多16段。",           \
      "Please give two Chinese characters or more, whole words, numbers or a case number, at "     \
      "most 16 of them.")                                                                          \
    X(NOWHERE, "no-such-place", "没有这个地点。", "There is no such place.")                       \
    X(NOBODY, "no-such-unit", "没有这个单位。", "There is no such organization.")                  \
    X(PHOTO, "no-such-photo", "照片已失效，请重新上传。",                                          \
      "The photo is not there any more; please send it again.")                                    \
    X(NO_PHOTO, "not-a-photo", "这个文件不是照片，请选用 JPG、PNG、WebP 或 HEIC 格式的照片。",     \
      "This file is not a photo; please choose a JPEG, PNG, WebP or HEIC picture.")                \
    X(BROKEN_PHOTO, "broken-photo", "照片已损坏或没有传完整，请重新选一张。",                      \
      "The photo is damaged or came incomplete; please choose it again or take another.")          \
    X(PIXELS, "too-many-pixels", "照片尺寸太大，最多5000万像素。",                                 \
      "The photo is too large: at most 50 million pixels.")

enum li_fault_kind {
#define LI_FAULT_ENUM(constant, name, zh, en) LI_FAULT_##constant,
    LI_FAULTS(LI_FAULT_ENUM)
#undef LI_FAULT_ENUM
};

/* Tells a fault (code LI_E_INVALID) and returns -LI_E_INVALID.  When the stack
 * is full further faults are dropped.  `where`: JSON pointer; `limit`: may be
 * empty.  Both are copied into the arena. */
int li_fault(struct li_ctx *ctx, enum li_fault_kind kind, struct li_str where, struct li_str limit);
/* The sentence of a told fault in a language, in the arena. */
struct li_str li_fault_sentence(struct li_ctx *ctx, const struct li_error *error,
                                enum li_lang lang);

#endif
