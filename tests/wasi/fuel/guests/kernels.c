// Small computations with different habits: tight loops, branches, calls, floating point, memory.
// Rebuild: clang --target=wasm32 -O2 -nostdlib -fno-builtin -Wl,--no-entry -o kernels.wasm kernels.c
#define EXPORT(name) __attribute__((export_name(name)))

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

static u8 bytes[1 << 16];
static u32 words[1 << 14];
static double left[64 * 64], right[64 * 64], product[64 * 64];

static u32 state;

static u32 next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

// One multiplication and one addition an iteration, nothing else.
EXPORT("mix") u64 mix(u32 rounds) {
  u64 value = 0x9e3779b97f4a7c15;
  for (u32 round = 0; round < rounds; round++) {
    value = (value ^ value >> 29) * 0xbf58476d1ce4e5b9;
    value += round;
  }
  return value;
}

// Byte loads and a table.
EXPORT("crc") u32 crc(u32 rounds) {
  for (u32 index = 0; index < 256; index++) {
    u32 value = index;
    for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
    words[index] = value;
  }
  state = 1;
  for (u32 index = 0; index < sizeof bytes; index++) bytes[index] = (u8)next();
  u32 sum = ~0u;
  for (u32 round = 0; round < rounds; round++)
    for (u32 index = 0; index < sizeof bytes; index++) sum = words[(sum ^ bytes[index]) & 255] ^ sum >> 8;
  return ~sum;
}

// Branches that depend on data, nested loops.
EXPORT("sieve") u32 sieve(u32 rounds) {
  u32 primes = 0;
  for (u32 round = 0; round < rounds; round++) {
    primes = 0;
    for (u32 index = 2; index < sizeof bytes; index++) bytes[index] = 1;
    for (u32 index = 2; index < sizeof bytes; index++) {
      if (!bytes[index]) continue;
      primes++;
      for (u32 multiple = index * 2; multiple < sizeof bytes; multiple += index) bytes[multiple] = 0;
    }
  }
  return primes;
}

// Floating point.
EXPORT("matrix") double matrix(u32 rounds) {
  for (int index = 0; index < 64 * 64; index++) {
    left[index] = index % 7;
    right[index] = index % 11;
  }
  for (u32 round = 0; round < rounds; round++) {
    for (int row = 0; row < 64; row++) {
      for (int column = 0; column < 64; column++) {
        double sum = 0;
        for (int inner = 0; inner < 64; inner++) sum += left[row * 64 + inner] * right[inner * 64 + column];
        product[row * 64 + column] = sum;
      }
    }
    left[round % 4096] += product[(round * 31) % 4096] / 1e6;
  }
  return product[4095];
}

// Nothing but calls.
EXPORT("fibonacci") u32 fibonacci(u32 number) {
  return number < 2 ? number : fibonacci(number - 1) + fibonacci(number - 2);
}

static void sort_range(int first, int last) {
  while (first < last) {
    u32 pivot = words[(first + last) >> 1];
    int low = first, high = last;
    while (low <= high) {
      while (words[low] < pivot) low++;
      while (words[high] > pivot) high--;
      if (low <= high) {
        u32 held = words[low];
        words[low++] = words[high];
        words[high--] = held;
      }
    }
    sort_range(first, high);
    first = low;
  }
}

// Recursion, loops of very few instructions.
EXPORT("sort") u32 sort(u32 rounds) {
  u32 sum = 0;
  for (u32 round = 0; round < rounds; round++) {
    state = 12345 + round;
    for (int index = 0; index < 1 << 14; index++) words[index] = next();
    sort_range(0, (1 << 14) - 1);
    sum ^= words[round & 16383];
  }
  return sum;
}

// An interpreter: a jump table in a loop.
EXPORT("interpret") u32 interpret(u32 rounds) {
  static const u8 program[] = {0, 1, 2, 3, 0, 4, 1, 5, 2, 0, 6, 3, 1, 7};
  u32 a = 1, b = 2;
  for (u32 round = 0; round < rounds; round++) {
    for (u32 at = 0; at < sizeof program; at++) {
      switch (program[at]) {
        case 0: a += b; break;
        case 1: b ^= a << 3; break;
        case 2: a = a * 5 + 1; break;
        case 3: b -= a >> 2; break;
        case 4: a ^= 0x55555555; break;
        case 5: if (a > b) a -= b; else b -= a; break;
        case 6: words[a & 1023] = b; break;
        default: b += words[b & 1023]; break;
      }
    }
  }
  return a ^ b;
}
