// The physical limit: what one pair costs when nothing is left but its arithmetic.
//
// One row (an organisation) against tiles of 256 columns, structure of arrays, 16-bit integers:
// both directions summed, compared with the lower of two thresholds, hits counted. No lists, no
// eligibility, no exact second look. Vectors of the compiler, so it runs wherever gcc does; with
// AVX-512 a vector is one register and a population count one instruction.
#include <stdint.h>
#if defined(__AVX512BITALG__)
#include <immintrin.h>
#endif

#define TILE 256
#define LANES 32
typedef int16_t vector __attribute__((vector_size(2 * LANES)));
typedef uint16_t bits __attribute__((vector_size(2 * LANES)));

static inline vector ones(vector x) {
#if defined(__AVX512BITALG__)
  return (vector)_mm512_popcnt_epi16((__m512i)x);
#else
  bits u = (bits)x;
  u = u - ((u >> 1) & 0x5555);
  u = (u & 0x3333) + ((u >> 2) & 0x3333);
  u = (u + (u >> 4)) & 0x0f0f;
  return (vector)((u + (u >> 8)) & 0x1f);
#endif
}

// Rows of a tile, 256 numbers each.
enum { WANTS = 0, ACTS = 16, MEETS = 32, ACTED = 36, SOUGHT, OFFERS, OFFERS_HIGH, NEEDS, NEEDS_HIGH,
       MODES, FIRST_SOUGHT, FIRST_SHARED, RESOURCES, MODE_RATE, PROXIMITY, WORLDS, LIMIT, X, Y, Z,
       TILE_ROWS };
// Numbers of a row; then its wanted domains with their points, then the domains it acts on.
enum { R_KIND, R_ACTED, R_SOUGHT, R_OFFERS, R_OFFERS_HIGH, R_NEEDS, R_NEEDS_HIGH, R_MODES,
       R_FIRST_SOUGHT, R_FIRST_SHARED, R_RESOURCES, R_MODE_RATE, R_PROXIMITY, R_WORLDS, R_LIMIT,
       R_X, R_Y, R_Z, R_HOME, R_WANTED, R_ACTING, R_LISTS, ROW_SIZE = R_LISTS + 16 + 16 + 16 };

static void nearness(const int16_t (*t)[TILE], const int16_t *r, const int16_t *table, int end,
                     int16_t *near) {
  for (int c = 0; c < TILE; c++) {
    float x = t[X][c] - r[R_X], y = t[Y][c] - r[R_Y], z = t[Z][c] - r[R_Z];
    int d = (int)__builtin_sqrtf(x * x + y * y + z * z);
    near[c] = table[d < end ? d : end];
  }
}

static inline int row(const int16_t (*t)[TILE], const int16_t *r, const int16_t *near) {
  const int16_t *wanted = r + R_LISTS, *points = wanted + 16, *acting = points + 16;
  vector hits = {0};
#define AT(k) (*(const vector *)(t[k] + c))
  for (int c = 0; c < TILE; c += LANES) {
    vector both = (AT(ACTED) & r[R_ACTED]) != 0;
    vector met = ones(AT(OFFERS) & r[R_NEEDS]) + ones(AT(OFFERS_HIGH) & r[R_NEEDS_HIGH]);
    vector given = ones(AT(NEEDS) & r[R_OFFERS]) + ones(AT(NEEDS_HIGH) & r[R_OFFERS_HIGH]);
    vector sum = *(const vector *)(near + c) * (AT(PROXIMITY) + r[R_PROXIMITY]);
    sum += ones(AT(MODES) & r[R_MODES]) * (AT(MODE_RATE) + r[R_MODE_RATE]);
    sum += AT(MEETS + r[R_KIND]) * (AT(WORLDS) + r[R_WORLDS]);
    sum += met * r[R_RESOURCES] + given * AT(RESOURCES);
    sum += both & (AT(FIRST_SHARED) + r[R_FIRST_SHARED]);
    sum += ((AT(ACTED) & r[R_SOUGHT]) != 0) & r[R_FIRST_SOUGHT];
    sum += ((AT(SOUGHT) & r[R_ACTED]) != 0) & AT(FIRST_SOUGHT);
    for (int k = 0; k < r[R_WANTED]; k++) sum += AT(ACTS + wanted[k]) & points[k];
    for (int k = 0; k < r[R_ACTING]; k++) sum += AT(WANTS + acting[k]);
    hits -= (sum >= AT(LIMIT)) | (sum >= r[R_LIMIT]);
  }
  int count = 0;
  for (int k = 0; k < LANES; k++) count += hits[k];
  return count;
}

// Rows come home by home, so that distances are worked out once for all who live together.
long limit(const int16_t *tiles, int tile_count, const int16_t *rows, int row_count,
           const int16_t *table, int end) {
  int16_t near[TILE] __attribute__((aligned(64)));
  long hits = 0;
  for (int n = 0; n < tile_count; n++) {
    const int16_t(*t)[TILE] = (const int16_t(*)[TILE])(tiles + (long)n * TILE_ROWS * TILE);
    int home = -1;
    for (int i = 0; i < row_count; i++) {
      const int16_t *r = rows + (long)i * ROW_SIZE;
      if (r[R_HOME] != home) nearness(t, r, table, end, near), home = r[R_HOME];
      hits += row(t, r, near);
    }
  }
  return hits;
}
