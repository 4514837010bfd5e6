/*
 * What can be heard, by its bytes: the containers that browsers record and play, and nothing
 * that has a picture that moves.  Only headers are read; nothing is decoded.
 */
#include "base/filetype.h"

#define HEAD 4096 /* of a WebM, in which its tracks are named */
#define PAGE 64   /* of an Ogg, in which its codec is */

static bool begins(struct li_str bytes, size_t at, const char *word, size_t len)
{
    return bytes.len >= at + len && memcmp(bytes.ptr + at, word, len) == 0;
}

static bool has(struct li_str bytes, size_t most, const char *word, size_t len)
{
    return memmem(bytes.ptr, bytes.len < most ? bytes.len : most, word, len) != NULL;
}

static uint32_t little(struct li_str bytes, size_t at, int count)
{
    uint32_t number = 0;

    for (int i = count - 1; i >= 0; i--) {
        number = number << 8 | (uint8_t)bytes.ptr[at + (size_t)i];
    }
    return number;
}

static enum li_filetype bounded(struct li_str bytes, enum li_filetype type)
{
    return bytes.len > LI_SOUND_BYTES ? LI_FILETYPE_LONG : type;
}

/* RFC 8794: the kind of document stands in the first element; each track names its codec. */
static enum li_filetype webm_of(struct li_str bytes)
{
    bool seen = has(bytes, HEAD, "V_VP", 4) || has(bytes, HEAD, "V_AV1", 5) ||
                has(bytes, HEAD, "V_MPEG", 6);
    bool heard = has(bytes, HEAD, "A_OPUS", 6) || has(bytes, HEAD, "A_VORBIS", 8);

    if (!has(bytes, PAGE, "webm", 4) || seen) {
        return LI_FILETYPE_NONE;
    }
    return heard ? bounded(bytes, LI_FILETYPE_WEBM) : LI_FILETYPE_BROKEN;
}

/* RFC 3533: the first page holds the first packet, which names the codec. */
static enum li_filetype ogg_of(struct li_str bytes)
{
    bool known = has(bytes, PAGE, "OpusHead", 8) || has(bytes, PAGE, "\1vorbis", 7) ||
                 has(bytes, PAGE, "Speex   ", 8) ||
                 has(bytes, PAGE,
                     "\x7f"
                     "FLAC",
                     5);

    return known ? bounded(bytes, LI_FILETYPE_OGG) : LI_FILETYPE_NONE;
}

/* ISO/IEC 14496-12, 8.4.3: each track has a handler, "soun" or "vide". */
static enum li_filetype mp4_of(struct li_str bytes)
{
    bool sound = false;

    for (struct li_str rest = bytes; rest.len >= 16;) {
        const char *at = memmem(rest.ptr, rest.len - 12, "hdlr", 4);
        if (!at) {
            break;
        }
        if (memcmp(at + 12, "vide", 4) == 0) {
            return LI_FILETYPE_NONE;
        }
        sound |= memcmp(at + 12, "soun", 4) == 0;
        rest = li_str_n(at + 4, rest.len - (size_t)(at + 4 - rest.ptr));
    }
    return sound ? bounded(bytes, LI_FILETYPE_M4A) : LI_FILETYPE_BROKEN;
}

/* The one kind that says how long it is: bytes a second stand in "fmt ", bytes in "data". */
static enum li_filetype wav_of(struct li_str bytes)
{
    uint32_t rate = 0;

    for (size_t at = 12; at + 8 <= bytes.len;) {
        uint32_t size = little(bytes, at + 4, 4);
        if (begins(bytes, at, "data", 4)) {
            size_t there = bytes.len - at - 8;
            bool told =
                size && size != UINT32_MAX; /* a program that wrote as it heard does not know */
            if (!rate || (told && size > there)) {
                return LI_FILETYPE_BROKEN;
            }
            return there / rate >= LI_SOUND_SECONDS + 1 || bytes.len > LI_SOUND_WAV
                       ? LI_FILETYPE_LONG
                       : LI_FILETYPE_WAV;
        }
        if (begins(bytes, at, "fmt ", 4) && size >= 16 && at + 24 <= bytes.len) {
            rate = little(bytes, at + 16, 4);
        }
        at += 8 + (size_t)size + (size & 1);
    }
    return LI_FILETYPE_BROKEN;
}

/* A frame of MPEG layer III: eleven bits set, a version, the layer, a bit rate and a rate that
 * exist (ISO/IEC 11172-3, 2.4.1.3); or the tag that goes before the first one. */
static bool is_mp3(struct li_str bytes)
{
    uint8_t b[4];

    if (bytes.len < 16) {
        return false;
    }
    memcpy(b, bytes.ptr, sizeof(b));
    return (begins(bytes, 0, "ID3", 3) && b[3] < 16) ||
           (b[0] == 0xff && (b[1] & 0xe6) == 0xe2 && (b[1] & 0x18) != 0x08 && b[2] >> 4 != 0 &&
            b[2] >> 4 != 15 && (b[2] & 0x0c) != 0x0c);
}

enum li_filetype li_filetype_sound(struct li_str bytes)
{
    if (begins(bytes, 0, "\x1a\x45\xdf\xa3", 4)) {
        return webm_of(bytes);
    }
    if (begins(bytes, 0, "OggS", 5)) { /* with its version, 0 */
        return ogg_of(bytes);
    }
    if (begins(bytes, 0, "RIFF", 4) && begins(bytes, 8, "WAVE", 4)) {
        return wav_of(bytes);
    }
    if (is_mp3(bytes)) {
        return bounded(bytes, LI_FILETYPE_MP3);
    }
    return begins(bytes, 4, "ftyp", 4) && li_filetype_picture(bytes) == LI_PICTURE_NONE
               ? mp4_of(bytes)
               : LI_FILETYPE_NONE;
}
