/*
 * base/filetype: files are what their bytes say, and what would run, cannot be read or
 * came incomplete is none.
 */
#include "base.h"
#include "base/buf.h"
#include "base/filetype.h"

static void put16(struct li_buf *buf, unsigned value)
{
    li_buf_char(buf, (char)(value & 255));
    li_buf_char(buf, (char)(value >> 8 & 255));
}

static void put32(struct li_buf *buf, size_t value)
{
    put16(buf, (unsigned)(value & 65535));
    put16(buf, (unsigned)(value >> 16));
}

/* An archive of empty files, as APPNOTE.TXT says it. */
static struct li_str zip(struct li_ctx *ctx, const char *const *names, unsigned flags)
{
    struct li_buf *buf = li_buf_new(ctx, 65536);
    size_t at, count = 0, length;

    for (const char *const *name = names; *name; name++, count++) {
        li_buf_add(buf, "PK\3\4", 4);
        for (int i = 0; i < 22; i++) {
            li_buf_char(buf, 0);
        }
        put16(buf, (unsigned)strlen(*name));
        put16(buf, 0);
        li_buf_add(buf, *name, strlen(*name));
    }
    at = buf->len;
    for (const char *const *name = names; *name; name++) {
        li_buf_add(buf, "PK\1\2", 4);
        put32(buf, 20 | 20 << 16);
        put16(buf, flags);
        for (int i = 0; i < 18; i++) {
            li_buf_char(buf, 0);
        }
        put16(buf, (unsigned)strlen(*name));
        for (int i = 0; i < 16; i++) {
            li_buf_char(buf, 0);
        }
        li_buf_add(buf, *name, strlen(*name));
    }
    length = buf->len - at;
    li_buf_add(buf, "PK\5\6\0\0\0\0", 8);
    put16(buf, (unsigned)count);
    put16(buf, (unsigned)count);
    put32(buf, length);
    put32(buf, at);
    put16(buf, 0);
    return li_buf_view(buf);
}

static const char *const docx[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml", NULL};
static const char *const docm[] = {"[Content_Types].xml", "word/document.xml",
                                   "word/vbaProject.bin", NULL};
static const char *const xlsx[] = {"[Content_Types].xml", "xl/workbook.xml", NULL};
static const char *const ofd[] = {"OFD.xml", "Doc_0/Document.xml", NULL};
static const char *const jar[] = {"META-INF/MANIFEST.MF", "a.class", NULL};
static const char *const half[] = {"word/document.xml", NULL};

static void files_are_what_they_are(void **state)
{
    struct li_ctx *ctx = *state;

    assert_int_equal(li_filetype_of(ctx, LI_S("%PDF-1.7\n1 0 obj\n%%EOF\n")), LI_FILETYPE_PDF);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, docx, 0)), LI_FILETYPE_DOCX);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, xlsx, 0)), LI_FILETYPE_XLSX);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, ofd, 0)), LI_FILETYPE_OFD);
    assert_int_equal(li_filetype_of(ctx, LI_S("姓名,电话\n张三,1380013\n")), LI_FILETYPE_CSV);
    assert_int_equal(li_filetype_of(ctx, LI_S("\xef\xbb\xbf"
                                              "a\tb\r\n")),
                     LI_FILETYPE_CSV);
    assert_int_equal(li_filetype_of(ctx, LI_S("\xd0\xd5\xc3\xfb,1\n")), LI_FILETYPE_CSV);
    assert_int_equal(li_filetype_of(ctx, LI_S("\xff\xd8\xff 1234567890123")), LI_FILETYPE_PHOTO);
    assert_int_equal(li_filetype_of(ctx, LI_S("\x89PNG\r\n\x1a\n        ")), LI_FILETYPE_PHOTO);
}

static void what_is_none_is_refused(void **state)
{
    struct li_ctx *ctx = *state;
    static const struct li_str none[] = {
        LI_S_INIT(""),
        LI_S_INIT("  \r\n"),
        LI_S_INIT("<!doctype html><script>alert(1)</script>"),
        LI_S_INIT("\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>"),
        LI_S_INIT("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"),
        LI_S_INIT("\x7f"
                  "ELF\2\1\1\0"),
        LI_S_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or an encrypted one"),
        LI_S_INIT("a,b\n\xff\xfe\xfd"),
        LI_S_INIT("{\\rtf1\x01}"),
        LI_S_INIT(" %PDF-1.7\n\0%%EOF"),
    };

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_int_equal(li_filetype_of(ctx, none[i]), LI_FILETYPE_NONE);
        assert_int_equal(ctx->error_count, 0);
    }
    assert_int_equal(li_filetype_of(ctx, zip(ctx, docm, 0)), LI_FILETYPE_NONE);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, jar, 0)), LI_FILETYPE_NONE);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, half, 0)), LI_FILETYPE_NONE);
    assert_int_equal(li_filetype_of(ctx, zip(ctx, docx, 1)), LI_FILETYPE_NONE);
}

static void what_is_cut_off_is_broken(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str whole = zip(ctx, docx, 0);

    assert_int_equal(li_filetype_of(ctx, LI_S("%PDF-1.7\n1 0 obj\n")), LI_FILETYPE_BROKEN);
    for (size_t len = 4; len < whole.len; len++) {
        assert_int_equal(li_filetype_of(ctx, li_str_n(whole.ptr, len)), LI_FILETYPE_BROKEN);
    }
    /* a directory that points behind itself, or says more than there is */
    for (size_t at = whole.len - 22; at < whole.len - 2; at++) {
        struct li_str copy = li_str_dup(ctx, whole);
        ((char *)copy.ptr)[at] = (char)0xff;
        enum li_filetype type = li_filetype_of(ctx, copy);
        assert_true(type == LI_FILETYPE_BROKEN || type == LI_FILETYPE_DOCX);
    }
}

/* A WAV of so many bytes of data, at 16,000 bytes a second; `told` is what its header says. */
static struct li_str wav(struct li_ctx *ctx, size_t data, uint32_t told)
{
    static const char head[] =
        "RIFF\0\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\20\0data";
    char *bytes = li_alloc_array(ctx, data + 44, 1);

    assert_non_null(bytes);
    memcpy(bytes, head, 40);
    for (int i = 0; i < 4; i++) {
        bytes[40 + i] = (char)(told >> (8 * i) & 0xff);
    }
    return li_str_n(bytes, data + 44);
}

/* What begins like this, and is so long. */
static struct li_str begun(struct li_ctx *ctx, struct li_str head, size_t len)
{
    char *bytes = li_alloc_array(ctx, len, 1);

    assert_non_null(bytes);
    memcpy(bytes, head.ptr, head.len);
    return li_str_n(bytes, len);
}

#define EBML "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84"
#define FTYP                                                                                       \
    "\0\0\0\x18"                                                                                   \
    "ftypM4A \0\0\0\0M4A mp42"
#define HDLR                                                                                       \
    "\0\0\0\x20"                                                                                   \
    "hdlr\0\0\0\0\0\0\0\0"

static void what_can_be_heard_is_known(void **state)
{
    struct li_ctx *ctx = *state;
    static const struct {
        struct li_str head;
        enum li_filetype type;
    } rows[] = {
        {LI_S_INIT(EBML "webm\x18S\x80g\x86\x86"
                        "A_OPUS"),
         LI_FILETYPE_WEBM},
        {LI_S_INIT(EBML "webm\x86\x85V_VP9\x86\x86"
                        "A_OPUS"),
         LI_FILETYPE_NONE},
        {LI_S_INIT(EBML "webm"), LI_FILETYPE_BROKEN},
        {LI_S_INIT(EBML "matroska"
                        "A_OPUS"),
         LI_FILETYPE_NONE},
        {LI_S_INIT("OggS\0\2\0\0\0\0\0\0\0\0abcdefgh\0\0\0\0\1\x13OpusHead"), LI_FILETYPE_OGG},
        {LI_S_INIT("OggS\0\2\0\0\0\0\0\0\0\0abcdefgh\0\0\0\0\1\x13\x80theora"), LI_FILETYPE_NONE},
        {LI_S_INIT(FTYP HDLR "soun"), LI_FILETYPE_M4A},
        {LI_S_INIT(FTYP HDLR "soun" HDLR "vide"), LI_FILETYPE_NONE},
        {LI_S_INIT(FTYP), LI_FILETYPE_BROKEN},
        {LI_S_INIT("\xff\xfb\x90\x64"), LI_FILETYPE_MP3},
        {LI_S_INIT("\xff\xf9\x50\x80"), LI_FILETYPE_NONE}, /* AAC in frames of its own */
        {LI_S_INIT("ID3\4\0\0\0\0\0\0"), LI_FILETYPE_MP3},
        {LI_S_INIT("#!AMR\n\x3c\x91"), LI_FILETYPE_NONE}, /* no browser plays it */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum li_filetype long_one = rows[i].type < LI_FILETYPES ? LI_FILETYPE_LONG : rows[i].type;
        assert_int_equal(li_filetype_of(ctx, begun(ctx, rows[i].head, 200)), rows[i].type);
        assert_int_equal(li_filetype_of(ctx, begun(ctx, rows[i].head, LI_SOUND_BYTES + 1)),
                         long_one);
        assert_int_equal(ctx->error_count, 0);
    }
}

static void a_wav_says_how_long_it_is(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str cut = wav(ctx, 16000, 16000);

    assert_int_equal(li_filetype_of(ctx, cut), LI_FILETYPE_WAV);
    cut.len -= 1;
    assert_int_equal(li_filetype_of(ctx, cut), LI_FILETYPE_BROKEN);
    cut.len = 30;
    assert_int_equal(li_filetype_of(ctx, cut), LI_FILETYPE_BROKEN);
    assert_int_equal(li_filetype_of(ctx, wav(ctx, 16000, UINT32_MAX)), LI_FILETYPE_WAV);
    assert_int_equal(li_filetype_of(ctx, wav(ctx, 60 * 16000, 60 * 16000)), LI_FILETYPE_WAV);
    assert_int_equal(li_filetype_of(ctx, wav(ctx, 61 * 16000, 61 * 16000)), LI_FILETYPE_LONG);
    assert_int_equal(li_filetype_of(ctx, wav(ctx, 61 * 16000, 0)), LI_FILETYPE_LONG);
}

static void names_lead_back(void **state)
{
    enum li_filetype type;

    (void)state;
    for (int i = 0; i < LI_FILETYPES; i++) {
        assert_true(li_filetype_parse(li_str(li_filetype_name((enum li_filetype)i)), &type));
        assert_int_equal(type, i);
        assert_non_null(strchr(li_filetype_media(type), '/'));
    }
    assert_false(li_filetype_parse(LI_S("doc"), &type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_are_what_they_are),   TEST(what_is_none_is_refused),
        TEST(what_is_cut_off_is_broken), TEST(what_can_be_heard_is_known),
        TEST(a_wav_says_how_long_it_is), TEST(names_lead_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
