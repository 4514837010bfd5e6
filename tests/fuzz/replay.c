/*
 * Runs a fuzz target over kept inputs, where libFuzzer is not linked.
 *
 *     fuzz-json tests/fuzz/corpus/json/…
 *
 * Each file is one TAP line.  Not a fuzzer: it makes no input of its own.  A
 * fault ends the program (assert, sanitizer), so the file that causes it is
 * named before it runs.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file's bytes, malloc'ed to its exact size so that an overrun shows. */
static uint8_t *read_file(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long size;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        bytes = malloc(size > 0 ? (size_t)size : 1);
        if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
            free(bytes);
            bytes = NULL;
        }
        *ret_size = (size_t)size;
    }
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    int failed = 0;

    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        size_t size = 0;
        uint8_t *bytes = read_file(argv[i], &size);

        printf("# %s\n", argv[i]);
        fflush(stdout);
        if (bytes)
            LLVMFuzzerTestOneInput(bytes, size);
        else
            failed++;
        printf("%sok %d - %s\n", bytes ? "" : "not ", i, argv[i]);
        free(bytes);
    }
    return failed > 0;
}
