/*
 * What can be wrong with content: stable names, a sentence in both languages.
 *
 * %.*s in a sentence is the limit or name the fault carries; of a limit of two lines
 * the first is Chinese and the second English.
 */
#ifndef LI_CONTRACT_FAULT_H
#define LI_CONTRACT_FAULT_H

#include "base/ctx.h"

/* X(constant, name, zh, en) */
#define LI_FAULTS(X)                                                                                             \
    X(REQUIRED, "required", "请填写这一项。", "This is required.")                                               \
    X(UNKNOWN, "unknown", "没有这一项。", "There is no such item.")                                              \
    X(TYPE, "type", "内容类型不对，应为%.*s。", "This is of the wrong type; %.*s is expected.")                  \
    X(CHOICE, "choice", "请从给出的选项中选择。", "Please choose one of the given options.")                     \
    X(SHORT, "too-short", "太短，至少%.*s个字。", "Too short: at least %.*s characters.")                        \
    X(LONG, "too-long", "太长，最多%.*s个字。", "Too long: at most %.*s characters.")                            \
    X(FEW, "too-few", "太少，至少%.*s项。", "Too few: at least %.*s.")                                           \
    X(MANY, "too-many", "太多，最多%.*s项。", "Too many: at most %.*s.")                                         \
    X(SMALL, "too-small", "不能小于%.*s。", "Must not be less than %.*s.")                                       \
    X(GREAT, "too-great", "不能大于%.*s。", "Must not be more than %.*s.")                                       \
    X(LATER, "not-later", "要晚于现在的期限或起始日期。",                                                        \
      "Must be later than the deadline or day it has now.")                                                      \
    X(TWICE, "twice", "有重复项。", "Something stands here twice.")                                              \
    X(TAKEN, "taken", "已经有人登记了同样的一条，请换一个。",                                                    \
      "Somebody has this already; please choose another.")                                                       \
    X(PATTERN, "pattern", "格式不对。", "The form is not right.")                                                \
    X(COLUMNS, "columns", "列数与表头不一致。", "The number of columns is not the heading's.")                   \
    X(FORMAT, "format", "格式不对，应为%.*s。", "The form is not right; %.*s is expected.")                      \
    X(WORDS, "no-words", "请输入两个以上汉字，或完整的英文单词、数字、编号，最多16段。",                         \
      "Please give two Chinese characters or more, whole words, numbers or a case number, at "                   \
      "most 16 of them.")                                                                                        \
    X(NOWHERE, "no-such-place", "没有这个地点。", "There is no such place.")                                     \
    X(NOBODY, "no-such-unit", "没有这个单位。", "There is no such organization.")                                \
    X(NOT_LATE, "no-late-entry", "这类事项不能补录时间。",                                                       \
      "Nothing is entered late in such matters.")                                                                \
    X(THEN, "not-then", "时间应在这一步开始之后、现在之前，且没有超过补录期限。",                                \
      "The time must lie between the beginning of this step and now, and not too far back.")                     \
    X(RECLAIMED, "taken-back",                                                                                   \
      "“%.*s”已列入上级部门收回事项清单，不能派给街道自己的单位，请转上级部门。",                                \
      "%.*s is on the list of matters that departments above took back; it cannot be given to a "                \
      "unit of the street's own.")                                                                               \
    X(PERSON, "no-such-person", "没有这个人，或者有同名的人；有同名的，请写账号。",                              \
      "There is no such person, or two of that name; please give the login then.")                               \
    X(REPORTED, "reported", "这是被反映的单位，不能由它办理。",                                                  \
      "This is the organization that was reported; it cannot be given the matter.")                              \
    X(STAND_IN, "stands-in-for-other",                                                                           \
      "替补（AB角）要与被替补的任职岗位、地点、单位一致，且不是同一个人。",                                      \
      "Who stands in takes the same post at the same place for the same unit, of somebody else.")                \
    X(LENT_HOME, "lent-from-other", "抽调要从本人自己现有的任职抽出。",                                          \
      "Somebody is lent from a post they hold themselves.")                                                      \
    X(LENT_END, "lent-without-end", "抽调要写明哪天结束，不能没有期限。",                                        \
      "A secondment needs the day it ends; it cannot be open-ended.")                                            \
    X(NO_PAPER, "not-a-paper", "这不是可用的 .docx 模板，或者超过了512KB。",                                     \
      "This is no .docx template that can be used, or it has more than 512 KB.")                                 \
    X(PHOTO, "no-such-photo", "照片已失效，请重新上传。",                                                        \
      "The photo is not there any more; please send it again.")                                                  \
    X(DOCUMENT, "no-such-document", "附件已失效，请重新上传。",                                                  \
      "The document is not there any more; please send it again.")                                               \
    X(NO_DOCUMENT, "not-a-document",                                                                             \
      "附件只收 PDF、DOCX、XLSX、OFD、CSV 和照片，不收加密的和带宏的；旧版 .doc、.xls " \
      "请另存为新格式。",                                                                                        \
      "A document is a PDF, DOCX, XLSX, OFD or CSV file or a picture, not encrypted and without "                \
      "macros; please save an old .doc or .xls in the new format.")                                              \
    X(NO_VOICE, "not-a-recording",                                                                               \
      "这里只收录音，而且要能在浏览器里播放：WebM、Ogg、M4A、MP3、WAV。",                                        \
      "Only a recording that browsers play goes here: WebM, Ogg, M4A, MP3 or WAV.")                              \
    X(LONG_VOICE, "recording-too-long", "录音太长：最多60秒、2 MB（WAV 最多12 MB）。",                           \
      "The recording is too long: at most 60 seconds and 2 MB (12 MB of a WAV).")                                \
    X(BROKEN_DOCUMENT, "broken-document", "附件已损坏或没有传完整，请重新选一次。",                              \
      "The document is damaged or came incomplete; please choose it again.")                                     \
    X(NO_PHOTO, "not-a-photo", "这个文件不是照片，请选用 JPG、PNG、WebP 或 HEIC 格式的照片。",                   \
      "This file is not a photo; please choose a JPEG, PNG, WebP or HEIC picture.")                              \
    X(BROKEN_PHOTO, "broken-photo", "照片已损坏或没有传完整，请重新选一张。",                                    \
      "The photo is damaged or came incomplete; please choose it again or take another.")                        \
    X(PIXELS, "too-many-pixels", "照片尺寸太大，最多5000万像素。",                                               \
      "The photo is too large: at most 50 million pixels.")                                                      \
    X(UNDO_NOTHING, "undo-nothing", "还没有可以撤销的办理。", "There is no step to undo yet.")                   \
    X(UNDO_LATE, "undo-late", "办理已超过十分钟，不能撤销。",                                                    \
      "The step is more than ten minutes old.")                                                                  \
    X(UNDO_OTHERS, "undo-others", "最近一步不是您办的，不能撤销。",                                              \
      "The last step was not yours.")                                                                            \
    X(UNDO_SIGNED, "undo-signed", "承办单位已经签收或办理，不能撤销。",                                          \
      "A unit has signed or worked on it since.")                                                                \
    X(UNDO_ANSWERED, "undo-answered", "这是居民的答复，或者居民之后又有回应，不能撤销。",                        \
      "The resident has answered.")                                                                              \
    X(UNDO_TOLD, "undo-told", "答复已经告知居民，不能撤销；需要更正的，请再办一步。",                            \
      "The resident has been told; please put it right with another step.")                                      \
    X(UNDO_BOOKED, "undo-booked", "已经记账，不能撤销；请用冲销的动作更正。",                                    \
      "It is in the ledger and cannot be undone; correct it by taking the entry back.")                          \
    X(UNDO_SENT, "undo-sent", "文书或办理链接已经发出，不能撤销。",                                              \
      "A paper or a link has gone out since.")                                                                   \
    X(UNDO_JOINED, "undo-joined", "之后已经并案、关联或派生了事项，不能撤销。",                                  \
      "It was merged or linked since, or cases came of it.")                                                     \
    X(UNDO_CLOCK, "undo-clock", "之后系统已自动办理，不能撤销。", "The system has acted since.")                 \
    X(UNDO_DRAWN, "undo-drawn", "已经抽过是否抽查，不能撤销。",                                                  \
      "It was drawn since whether this is spot-checked.")                                                        \
    X(UNDO_UNCLEAR, "undo-unclear", "流转记录不足以完整还原，不能撤销。",                                        \
      "The record does not tell enough to put everything back.")                                                 \
    X(CHECK, "check", "%.*s", "%.*s")

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
