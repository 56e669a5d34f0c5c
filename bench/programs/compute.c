/*
 * Twelve compute kernels: `compute KERNEL ROUNDS` prints the best time of one round in microseconds and a checksum,
 * which must be the same wherever it is built and run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N 256

typedef uint64_t (*kernel_function)(void);

static double a[N][N], b[N][N], c[N][N], d[N][N];
static uint32_t random_state;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void fill(double matrix[N][N], uint32_t seed)
{
    random_state = seed;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            matrix[i][j] = (next_random() & 1023) / 1024.0 + (i == j ? N : 0);
}

static uint64_t checksum(double matrix[N][N])
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            sum += matrix[i][j] * ((i * 7 + j * 3) % 11);
    return (uint64_t)(sum * 16);
}

static void multiply(double out[N][N], double left[N][N], double right[N][N])
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++)
            out[i][j] = 0;
        for (int k = 0; k < N; k++)
            for (int j = 0; j < N; j++)
                out[i][j] += left[i][k] * right[k][j];
    }
}

static uint64_t gemm(void)
{
    fill(a, 1);
    fill(b, 2);
    multiply(c, a, b);
    return checksum(c);
}

static uint64_t two_multiplications(void)
{
    fill(a, 3);
    fill(b, 4);
    /* The inner loop goes down columns, as a textbook writes it. */
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    multiply(d, c, a);
    return checksum(d) >> 8;
}

static uint64_t jacobi(void)
{
    fill(a, 5);
    fill(b, 5);
    for (int step = 0; step < 60; step++) {
        for (int i = 1; i < N - 1; i++)
            for (int j = 1; j < N - 1; j++)
                b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][j + 1] + a[i - 1][j] + a[i + 1][j]);
        memcpy(a, b, sizeof a);
    }
    return checksum(a);
}

static uint64_t shortest_paths(void)
{
    static int32_t distance[N][N];
    random_state = 6;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            distance[i][j] = 1 + (int32_t)(next_random() % 1000);
    for (int k = 0; k < N; k++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                int32_t through = distance[i][k] + distance[k][j];
                if (through < distance[i][j])
                    distance[i][j] = through;
            }
    uint64_t sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            sum += (uint64_t)distance[i][j];
    return sum;
}

static uint64_t lu_decomposition(void)
{
    fill(a, 7);
    for (int k = 0; k < N; k++)
        for (int i = k + 1; i < N; i++) {
            a[i][k] /= a[k][k];
            for (int j = k + 1; j < N; j++)
                a[i][j] -= a[i][k] * a[k][j];
        }
    return (uint64_t)(a[N - 1][N - 1] * 1000);
}

/* SHA-256, FIPS 180-4; its constants are the fractional parts of cube roots of primes, worked out at the start. */
static uint32_t round_constants[64];

static void make_round_constants(void)
{
    int count = 0;
    for (uint64_t prime = 2; count < 64; prime++) {
        int is_prime = 1;
        for (uint64_t factor = 2; factor * factor <= prime; factor++)
            if (prime % factor == 0)
                is_prime = 0;
        if (!is_prime)
            continue;
        /* floor(cbrt(prime) * 2^32), by bisection in integers: x^3 <= prime * 2^96. */
        uint64_t low = 0, high = (uint64_t)8 << 32;
        while (high - low > 1) {
            uint64_t middle = low + (high - low) / 2;
            unsigned __int128 square = (unsigned __int128)middle * middle;
            unsigned __int128 cube_high = (square >> 32) * middle;
            if (cube_high >> 64 <= prime && (cube_high >> 64 < prime || (uint64_t)cube_high == 0))
                low = middle;
            else
                high = middle;
        }
        round_constants[count++] = (uint32_t)low;
    }
}

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static uint64_t sha256(void)
{
    static uint32_t schedule[64];
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    if (round_constants[0] == 0)
        make_round_constants();
    random_state = 8;
    for (int block = 0; block < 60000; block++) {
        for (int i = 0; i < 16; i++)
            schedule[i] = (uint32_t)(block * 16 + i) * 2654435761u;
        for (int i = 16; i < 64; i++) {
            uint32_t x = schedule[i - 15], y = schedule[i - 2];
            schedule[i] = schedule[i - 16] + schedule[i - 7] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) +
                          (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
        }
        uint32_t v[8];
        memcpy(v, state, sizeof v);
        for (int i = 0; i < 64; i++) {
            uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
            uint32_t first = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constants[i] + schedule[i];
            uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
            uint32_t second = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
            memmove(v + 1, v, 7 * sizeof *v);
            v[4] += first;
            v[0] = first + second;
        }
        for (int i = 0; i < 8; i++)
            state[i] += v[i];
    }
    return (uint64_t)state[0] << 32 | state[7];
}

#define SORTED 400000
static uint32_t numbers[SORTED];

static int by_value(const void *left, const void *right)
{
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    return (x > y) - (x < y);
}

static uint64_t quick_sort(void)
{
    random_state = 9;
    for (int i = 0; i < SORTED; i++)
        numbers[i] = next_random();
    qsort(numbers, SORTED, sizeof *numbers, by_value);
    return (uint64_t)numbers[SORTED / 2] << 16 ^ numbers[SORTED - 1];
}

struct body {
    double position[3], velocity[3], mass;
};

static uint64_t bodies(void)
{
    struct body all[5];
    random_state = 10;
    for (int i = 0; i < 5; i++) {
        for (int axis = 0; axis < 3; axis++) {
            all[i].position[axis] = (next_random() & 4095) / 64.0;
            all[i].velocity[axis] = (next_random() & 4095) / 65536.0;
        }
        all[i].mass = 1 + (next_random() & 7);
    }
    for (int step = 0; step < 300000; step++) {
        for (int i = 0; i < 5; i++)
            for (int j = i + 1; j < 5; j++) {
                double delta[3], squared = 0.01;
                for (int axis = 0; axis < 3; axis++) {
                    delta[axis] = all[i].position[axis] - all[j].position[axis];
                    squared += delta[axis] * delta[axis];
                }
                double pull = 0.0001 / (squared * __builtin_sqrt(squared));
                for (int axis = 0; axis < 3; axis++) {
                    all[i].velocity[axis] -= delta[axis] * all[j].mass * pull;
                    all[j].velocity[axis] += delta[axis] * all[i].mass * pull;
                }
            }
        for (int i = 0; i < 5; i++)
            for (int axis = 0; axis < 3; axis++)
                all[i].position[axis] += 0.0001 * all[i].velocity[axis];
    }
    return (uint64_t)(all[0].position[0] * 1000);
}

#define SIEVED 4000000
static uint8_t composite[SIEVED];

static uint64_t sieve(void)
{
    memset(composite, 0, sizeof composite);
    for (uint32_t i = 2; i * i < SIEVED; i++)
        if (!composite[i])
            for (uint32_t j = i * i; j < SIEVED; j += i)
                composite[j] = 1;
    uint64_t primes = 0;
    for (uint32_t i = 2; i < SIEVED; i++)
        primes += !composite[i];
    return primes;
}

static uint32_t step_a(uint32_t x) { return x * 1664525 + 1; }
static uint32_t step_b(uint32_t x) { return x ^ x >> 3; }
static uint32_t step_c(uint32_t x) { return x + 0x9e3779b9; }
static uint32_t step_d(uint32_t x) { return x << 1 | x >> 31; }
static uint32_t (*volatile steps[4])(uint32_t) = {step_a, step_b, step_c, step_d};

static uint64_t indirect_calls(void)
{
    uint32_t x = 11;
    for (uint32_t i = 0; i < 20000000; i++)
        x = steps[i & 3](x);
    return x;
}

static uint32_t fibonacci_of(uint32_t n)
{
    return n < 2 ? n : fibonacci_of(n - 1) + fibonacci_of(n - 2);
}

static uint64_t fibonacci(void)
{
    volatile uint32_t n = 35;
    return fibonacci_of(n);
}

#define COPIED (32u << 20)

static uint64_t copies(void)
{
    static uint8_t *from, *to;
    if (from == NULL) {
        from = malloc(COPIED);
        to = malloc(COPIED);
        if (from == NULL || to == NULL)
            abort();
        memset(to, 0, COPIED);
    }
    for (uint32_t i = 0; i < COPIED; i++)
        from[i] = (uint8_t)(i * 7);
    for (int round = 0; round < 8; round++)
        memcpy(to + round, from, COPIED - 8);
    return to[COPIED / 2] + to[COPIED - 100];
}

static const struct {
    const char *name;
    kernel_function run;
} kernels[] = {
    {"gemm", gemm},         {"2mm", two_multiplications}, {"jacobi", jacobi},       {"floyd", shortest_paths},
    {"lu", lu_decomposition}, {"sha256", sha256},         {"qsort", quick_sort},    {"nbody", bodies},
    {"sieve", sieve},       {"icall", indirect_calls},    {"fibonacci", fibonacci}, {"memcpy", copies},
};

static double microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A line as each round ends, for those who time them from outside: a program's clock need not tell the time. */
static int run_lines(int rounds)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        printf("%s begins\n", kernels[i].name);
        for (int round = 0; round < rounds; round++) {
            uint64_t sum = kernels[i].run();
            printf("%s %llu\n", kernels[i].name, (unsigned long long)sum);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 3;
    if (argc > 1 && strcmp(argv[1], "lines") == 0)
        return run_lines(rounds);
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        if (argc > 1 && strcmp(argv[1], "all") != 0 && strcmp(argv[1], kernels[i].name) != 0)
            continue;
        double best = 0;
        uint64_t sum = 0;
        for (int round = 0; round < rounds; round++) {
            double start = microseconds();
            sum = kernels[i].run();
            double taken = microseconds() - start;
            if (round == 0 || taken < best)
                best = taken;
        }
        printf("%s %.0f %llu\n", kernels[i].name, best, (unsigned long long)sum);
    }
    return 0;
}
