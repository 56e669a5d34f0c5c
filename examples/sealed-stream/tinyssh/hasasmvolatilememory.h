/* tinyssh's build makes this file: whether the compiler knows the assembler statement in cleanup.c. clang does. */
#define HASASMVOLATILEMEMORY 1
