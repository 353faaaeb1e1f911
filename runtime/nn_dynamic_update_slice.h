/* DYNAMIC_UPDATE_SLICE: a copy of the operand, then a box of it from the update. */
#ifndef NN_DYNAMIC_UPDATE_SLICE_H
#define NN_DYNAMIC_UPDATE_SLICE_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t bytes; /* of the operand */
  int32_t rank;
  int32_t most0, most1, most2, most3, most4, most5; /* where the box may start at most */
  int32_t step0, step1, step2, step3, step4, step5; /* bytes of an index of an axis */
  nn_copy_strided_t copy;                           /* of the box, to the operand's start */
} nn_dynamic_update_slice_t;

typedef nn_dynamic_update_slice_t nn_dynamic_update_slice_s32_t;
typedef nn_dynamic_update_slice_t nn_dynamic_update_slice_s64_t;

/* Bytes from the operand's start to the box, as far as index `axis` of its start says. */
NN_KERNEL int32_t nn_dynamic_update_slice_part(const nn_dynamic_update_slice_t p, int32_t axis,
                                               int64_t index) {
  const int32_t most[6] = {p.most0, p.most1, p.most2, p.most3, p.most4, p.most5};
  const int32_t steps[6] = {p.step0, p.step1, p.step2, p.step3, p.step4, p.step5};
  return (index < 0 ? 0 : (index < most[axis] ? (int32_t)index : most[axis])) * steps[axis];
}

/* out may be the operand, or start before it */
NN_KERNEL void nn_dynamic_update_slice_s32(const nn_dynamic_update_slice_s32_t p, const void *in,
                                           const void *update, const int32_t *start, void *out) {
  int32_t first = 0;
  for (int32_t axis = 0; axis < p.rank; ++axis) {
    first += nn_dynamic_update_slice_part(p, axis, start[axis]);
  }
  memmove(out, in, (size_t)p.bytes);
  nn_copy_strided(p.copy, update, (uint8_t *)out + first);
}

NN_KERNEL void nn_dynamic_update_slice_s64(const nn_dynamic_update_slice_s64_t p, const void *in,
                                           const void *update, const int64_t *start, void *out) {
  int32_t first = 0;
  for (int32_t axis = 0; axis < p.rank; ++axis) {
    first += nn_dynamic_update_slice_part(p, axis, start[axis]);
  }
  memmove(out, in, (size_t)p.bytes);
  nn_copy_strided(p.copy, update, (uint8_t *)out + first);
}

#endif
