/* Float layers whose output channels are the lanes of vectors: up to 8 channels of 3 neighbouring pixels, or
 * of one, are computed a pass. For cores that multiply a vector by a number, as MVE does.
 *
 * Each sum adds one product after the other in TFLite's order, the bias last. Weights are packed by
 * compiler/ops/lanes.py: pack_lanes.
 */
#ifndef NN_LANES_F32_H
#define NN_LANES_F32_H

#include "nn_float.h"

enum { NN_LANES = 8, NN_LANE_PIXELS = 3 };

/* Of up to 3 pixels. */
typedef struct {
  float of[NN_LANE_PIXELS][NN_LANES];
} nn_lane_sums_t;

/* How many of `left` channels the next pass takes: 8, else 4, else what is left. */
NN_KERNEL int32_t nn_lanes(int32_t left) { return left >= NN_LANES ? NN_LANES : (left > 4 ? 4 : left); }

/* nn_lanes_clear_f32(sums)                             all sums become 0
 * nn_lanes_add_f32(x, step, w, n, lanes, pixels, sums) sums[j][i] += x_j . w_i of n products for `pixels`, 1
 * or 3, and `lanes` channels: x_j is j * step numbers behind x, w[n][lanes], followed by 3 numbers whatever
 * they are nn_lanes_store_f32(sums, bias, low, high, lanes, out) out[i] = sums[i] + bias[i], clamped, of one
 * pixel
 */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2) && defined(__GNUC__)
#include "isa/lanes_mve.h"
#else
#include "isa/lanes_portable.h"
#endif

/* n pixels one after the other: in[n][in_c], out[n][out_c], bias[out_c]. */
NN_KERNEL void nn_lanes_pixels_f32(int32_t in_c, int32_t out_c, float low, float high, const float *in,
                                   float *out, const float *weights, const float *bias, int32_t n) {
  while (n > 0) {
    const int32_t pixels = n >= NN_LANE_PIXELS ? NN_LANE_PIXELS : 1;
    const float *w = weights;
    for (int32_t oc = 0; oc < out_c;) {
      const int32_t lanes = nn_lanes(out_c - oc);
      nn_lane_sums_t sums;
      nn_lanes_clear_f32(&sums);
      nn_lanes_add_f32(in, in_c, w, in_c, lanes, pixels, &sums);
      nn_lanes_store_f32(&sums, bias + oc, low, high, lanes, pixels, out_c, out + oc);
      oc += lanes;
      w += lanes * in_c;
    }
    in += pixels * in_c;
    out += pixels * out_c;
    n -= pixels;
  }
}

#endif
