/*
 * What file calls cost: `file-calls PART DIRECTORY` prints `name value` lines; `_ns` is nanoseconds a call, `_us`
 * microseconds in all.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CALLS 300000
#define FILES 10000
#define SEQUENTIAL (256u << 20)

static uint8_t block[65536];

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void require(int holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    exit(1);
}

static void report(const char *name, double value)
{
    printf("%s %.1f\n", name, value);
}

static void single_calls(void)
{
    int file = open("calls.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    require(file >= 0, "open");
    require(write(file, block, sizeof block) == sizeof block, "write");
    double start = microseconds();
    for (int i = 0; i < CALLS; i++)
        require(lseek(file, i & 65535, SEEK_SET) >= 0, "lseek");
    report("seek_ns", (microseconds() - start) * 1000 / CALLS);
    struct timespec now;
    start = microseconds();
    for (int i = 0; i < CALLS; i++)
        clock_gettime(CLOCK_MONOTONIC, &now);
    report("clock_ns", (microseconds() - start) * 1000 / CALLS);
    uint8_t byte;
    start = microseconds();
    for (int i = 0; i < CALLS; i++)
        require(pread(file, &byte, 1, i & 65535) == 1, "pread");
    report("pread1_ns", (microseconds() - start) * 1000 / CALLS);
    start = microseconds();
    for (int i = 0; i < CALLS; i++)
        require(pwrite(file, &byte, 1, i & 65535) == 1, "pwrite");
    report("pwrite1_ns", (microseconds() - start) * 1000 / CALLS);
    struct stat status;
    start = microseconds();
    for (int i = 0; i < CALLS; i++)
        require(fstat(file, &status) == 0, "fstat");
    report("fstat_ns", (microseconds() - start) * 1000 / CALLS);
    close(file);
    require(unlink("calls.dat") == 0, "unlink");
}

static void sequential(const char *label, size_t step)
{
    char name[32];
    int file = open("large.dat", O_RDWR | O_CREAT | O_TRUNC, 0600);
    require(file >= 0, "open");
    double start = microseconds();
    for (size_t done = 0; done < SEQUENTIAL; done += step)
        require(write(file, block, step) == (ssize_t)step, "write");
    snprintf(name, sizeof name, "write%s_us", label);
    report(name, microseconds() - start);
    require(lseek(file, 0, SEEK_SET) == 0, "lseek");
    start = microseconds();
    for (size_t done = 0; done < SEQUENTIAL; done += step)
        require(read(file, block, step) == (ssize_t)step, "read");
    snprintf(name, sizeof name, "read%s_us", label);
    report(name, microseconds() - start);
    close(file);
    require(unlink("large.dat") == 0, "unlink");
}

static void many_files(void)
{
    char name[32];
    require(mkdir("many", 0700) == 0, "mkdir");
    double start = microseconds();
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many/file-%05d", i);
        int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
        require(file >= 0, "create");
        require(write(file, block, 100) == 100, "write");
        close(file);
    }
    report("create10000_us", microseconds() - start);
    start = microseconds();
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many/file-%05d", i);
        int file = open(name, O_RDONLY);
        require(file >= 0, "open");
        require(read(file, block, 200) == 100, "read");
        close(file);
    }
    report("readback10000_us", microseconds() - start);
    struct stat status;
    start = microseconds();
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many/file-%05d", i);
        require(stat(name, &status) == 0 && status.st_size == 100, "stat");
    }
    report("stat10000_us", microseconds() - start);
    start = microseconds();
    DIR *directory = opendir("many");
    require(directory != NULL, "opendir");
    int found = 0;
    while (readdir(directory) != NULL)
        found++;
    closedir(directory);
    require(found >= FILES, "readdir");
    report("list10000_us", microseconds() - start);
    start = microseconds();
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "many/file-%05d", i);
        require(unlink(name) == 0, "unlink");
    }
    report("unlink10000_us", microseconds() - start);
    require(rmdir("many") == 0, "rmdir");
}

int main(int argc, char **argv)
{
    const char *part = argc > 1 ? argv[1] : "all";
    int all = strcmp(part, "all") == 0;
    memset(block, 0x5a, sizeof block);
    require(argc < 3 || chdir(argv[2]) == 0, "chdir");
    if (all || strcmp(part, "calls") == 0)
        single_calls();
    if (all || strcmp(part, "blocks") == 0) {
        sequential("4k", 4096);
        sequential("64k", 65536);
    }
    if (all || strcmp(part, "files") == 0)
        many_files();
    return 0;
}
