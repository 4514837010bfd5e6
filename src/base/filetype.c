/* See filetype.h.  Of an archive only its directory is read, nothing is unpacked. */
#include "base/filetype.h"

#include <zip.h>

#include "base/csv.h"

static const struct {
    const char *name, *media;
} types[LI_FILETYPES] = {
    [LI_FILETYPE_PHOTO] = {"photo", "image/jpeg"},
    [LI_FILETYPE_PDF] = {"pdf", "application/pdf"},
    [LI_FILETYPE_DOCX] =
        {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    [LI_FILETYPE_XLSX] = {"xlsx",
                          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    [LI_FILETYPE_OFD] = {"ofd", "application/ofd"},
    [LI_FILETYPE_CSV] = {"csv", "text/csv"},
    [LI_FILETYPE_WEBM] = {"webm", "audio/webm"},
    [LI_FILETYPE_OGG] = {"ogg", "audio/ogg"},
    [LI_FILETYPE_M4A] = {"m4a", "audio/mp4"},
    [LI_FILETYPE_MP3] = {"mp3", "audio/mpeg"},
    [LI_FILETYPE_WAV] = {"wav", "audio/wav"},
};

const char *li_filetype_name(enum li_filetype type)
{
    li_assert(type < LI_FILETYPES);
    return types[type].name;
}

const char *li_filetype_media(enum li_filetype type)
{
    li_assert(type < LI_FILETYPES);
    return types[type].media;
}

bool li_filetype_parse(struct li_str name, enum li_filetype *ret)
{
    for (int i = 0; i < LI_FILETYPES; i++) {
        if (li_str_is(name, types[i].name)) {
            *ret = (enum li_filetype)i;
            return true;
        }
    }
    return false;
}

enum li_picture_kind li_filetype_picture(struct li_str bytes)
{
    static const char *const heif[] = {"heic", "heix", "heim", "heis", "mif1", "msf1", "avif"};

    if (bytes.len < 16) {
        return LI_PICTURE_NONE;
    }
    if (memcmp(bytes.ptr, "\xff\xd8\xff", 3) == 0 ||
        memcmp(bytes.ptr, "\x89PNG\r\n\x1a\n", 8) == 0 ||
        (memcmp(bytes.ptr, "RIFF", 4) == 0 && memcmp(bytes.ptr + 8, "WEBP", 4) == 0)) {
        return LI_PICTURE_PLAIN;
    }
    for (size_t i = 0; i < sizeof(heif) / sizeof(heif[0]); i++) {
        if (memcmp(bytes.ptr + 4, "ftyp", 4) == 0 && memcmp(bytes.ptr + 8, heif[i], 4) == 0) {
            return LI_PICTURE_HEIF;
        }
    }
    return LI_PICTURE_NONE;
}

/* ---- archives -------------------------------------------------------------------- */

/* What is in one. */
struct archive {
    bool word, sheet, ofd, content;
    bool refused; /* a macro, or something encrypted */
};

static void look(zip_t *zip, zip_int64_t at, struct archive *ret)
{
    struct li_str name = li_str(zip_get_name(zip, (zip_uint64_t)at, ZIP_FL_ENC_RAW));
    zip_stat_t stat;

    ret->word |= li_str_is(name, "word/document.xml");
    ret->sheet |= li_str_is(name, "xl/workbook.xml");
    ret->ofd |= li_str_is(name, "OFD.xml");
    ret->content |= li_str_is(name, "[Content_Types].xml");
    ret->refused |= li_str_ends(name, LI_S("vbaProject.bin")) ||
                    zip_stat_index(zip, (zip_uint64_t)at, 0, &stat) != 0 ||
                    stat.encryption_method != ZIP_EM_NONE;
}

static enum li_filetype archive_of(struct li_str bytes)
{
    struct archive archive = {.refused = false};
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;

    if (!zip) {
        zip_source_free(source);
        return LI_FILETYPE_BROKEN;
    }
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        look(zip, i, &archive);
    }
    zip_discard(zip);
    if (archive.refused) {
        return LI_FILETYPE_NONE;
    }
    return archive.word && archive.content    ? LI_FILETYPE_DOCX
           : archive.sheet && archive.content ? LI_FILETYPE_XLSX
           : archive.ofd                      ? LI_FILETYPE_OFD
                                              : LI_FILETYPE_NONE;
}

/* ---- the others ------------------------------------------------------------------ */

/* A PDF ends with this, and not much behind it. */
#define PDF_TAIL 2048

static enum li_filetype pdf_of(struct li_str bytes)
{
    size_t tail = bytes.len < PDF_TAIL ? bytes.len : PDF_TAIL;

    return memmem(bytes.ptr + bytes.len - tail, tail, "%%EOF", 5) ? LI_FILETYPE_PDF
                                                                  : LI_FILETYPE_BROKEN;
}

/* Lines that people can read, and no page or program of a browser. */
static enum li_filetype text_of(struct li_ctx *ctx, struct li_str bytes)
{
    struct li_str text;

    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = (uint8_t)bytes.ptr[i];
        if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) {
            return LI_FILETYPE_NONE;
        }
    }
    if (li_csv_decode(ctx, LI_S(""), bytes, &text)) {
        li_ctx_clear(ctx);
        return LI_FILETYPE_NONE;
    }
    text = li_str_trim(text);
    return text.len == 0 || text.ptr[0] == '<' ? LI_FILETYPE_NONE : LI_FILETYPE_CSV;
}

enum li_filetype li_filetype_of(struct li_ctx *ctx, struct li_str bytes)
{
    enum li_filetype sound = li_filetype_sound(bytes);

    if (sound != LI_FILETYPE_NONE) {
        return sound;
    }
    if (li_filetype_picture(bytes) != LI_PICTURE_NONE) {
        return LI_FILETYPE_PHOTO;
    }
    if (li_str_starts(bytes, LI_S("%PDF-"))) {
        return pdf_of(bytes);
    }
    if (li_str_starts(bytes, LI_S("PK\3\4"))) {
        return archive_of(bytes);
    }
    return text_of(ctx, bytes);
}
