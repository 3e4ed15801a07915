/* Puts a file into the module as it is. Paths are the repository's: the compiler runs at its top.
 */
#ifndef PZ_EMULATOR_EMBED_H
#define PZ_EMULATOR_EMBED_H

#ifdef __APPLE__
#define PZ_EMBED_SECTION ".section __TEXT,__const\n"
#define PZ_EMBED_SYMBOL(symbol) "_" #symbol
#define PZ_EMBED_HIDDEN ".private_extern "
#define PZ_EMBED_BACK ".text\n"
#else
#define PZ_EMBED_SECTION ".pushsection .rodata\n"
#define PZ_EMBED_SYMBOL(symbol) #symbol
#define PZ_EMBED_HIDDEN ".hidden "
#define PZ_EMBED_BACK ".popsection\n"
#endif

/* `symbol` is the first byte of the file, `symbol_end` a NUL behind its last one. */
#define PZ_EMBED(symbol, file)                                                                     \
    __asm__(                                                                                       \
        PZ_EMBED_SECTION PZ_EMBED_HIDDEN                                                           \
            PZ_EMBED_SYMBOL(symbol) "\n" PZ_EMBED_HIDDEN PZ_EMBED_SYMBOL(                          \
                symbol) "_end\n"                                                                   \
                        ".globl " PZ_EMBED_SYMBOL(                                                 \
                            symbol) "\n"                                                           \
                                    ".globl " PZ_EMBED_SYMBOL(symbol) "_end\n" PZ_EMBED_SYMBOL(    \
                                        symbol) ":\n"                                              \
                                                ".incbin \"" file "\"\n" PZ_EMBED_SYMBOL(          \
                                                    symbol) "_end:\n"                              \
                                                            ".byte 0\n" PZ_EMBED_BACK);            \
    extern const char symbol[];                                                                    \
    extern const char symbol##_end[]

#endif
