/* TFLite_Detection_PostProcess: boxes decoded around their anchors, and those kept that overlap no better one
 * (TFLite kernels/detection_postprocess.cc). */
#ifndef NN_DETECTION_POSTPROCESS_H
#define NN_DETECTION_POSTPROCESS_H

#include <math.h>
#include <string.h>

#include "nn_float.h"

typedef struct {
  int32_t boxes, coordinates, classes; /* of the inputs; classes without the background */
  int32_t background;                  /* 1 if class 0 is the background */
  int32_t most, classes_per_box;       /* detections, classes of each */
  int32_t most_per_class;              /* 0: all classes at once, by the best of each box */
  float score, overlap;                /* thresholds */
  float y_scale, x_scale, h_scale, w_scale;
  int32_t box_u8, score_u8; /* whether the inputs are uint8, else float */
  float box_scale, anchor_scale, score_scale;
  int32_t box_zero, anchor_zero, score_zero;
} nn_detection_postprocess_t;

NN_KERNEL float nn_detection_value(const void *in, int32_t i, int32_t is_u8, float scale, int32_t zero) {
  return is_u8 ? (float)(((const uint8_t *)in)[i] - zero) * scale : ((const float *)in)[i];
}

NN_KERNEL float nn_detection_score(const nn_detection_postprocess_t p, const void *scores, int32_t box,
                                   int32_t class_index) {
  const int32_t i = box * (p.classes + p.background) + p.background + class_index;
  return nn_detection_value(scores, i, p.score_u8, p.score_scale, p.score_zero);
}

/* corners (y, x of the least, y, x of the greatest) of all boxes */
NN_KERNEL void nn_detection_decode(const nn_detection_postprocess_t p, const void *boxes, const void *anchors,
                                   float *corners) {
  const float scales[4] = {p.y_scale, p.x_scale, p.h_scale, p.w_scale};
  for (int32_t box = 0; box < p.boxes; ++box, corners += 4) {
    for (int32_t i = 0; i < 2; ++i) {
      const int32_t b = box * p.coordinates + i;
      const double place = (double)nn_detection_value(boxes, b, p.box_u8, p.box_scale, p.box_zero);
      const double size = (double)nn_detection_value(boxes, b + 2, p.box_u8, p.box_scale, p.box_zero);
      const int32_t a = box * 4 + i;
      const double middle = (double)nn_detection_value(anchors, a, p.box_u8, p.anchor_scale, p.anchor_zero);
      const double extent =
          (double)nn_detection_value(anchors, a + 2, p.box_u8, p.anchor_scale, p.anchor_zero);
      const float centre = (float)(place / (double)scales[i] * extent + middle);
      const float half = (float)(0.5 * exp(size / (double)scales[i + 2]) * extent);
      corners[i] = centre - half;
      corners[i + 2] = centre + half;
    }
  }
}

/* intersection over union; 0 for boxes without area */
NN_KERNEL float nn_detection_overlap(const float *a, const float *b) {
  const float area_a = (a[2] - a[0]) * (a[3] - a[1]);
  const float area_b = (b[2] - b[0]) * (b[3] - b[1]);
  if (area_a <= 0.0f || area_b <= 0.0f) {
    return 0.0f;
  }
  const float height = (a[2] < b[2] ? a[2] : b[2]) - (a[0] > b[0] ? a[0] : b[0]);
  const float width = (a[3] < b[3] ? a[3] : b[3]) - (a[1] > b[1] ? a[1] : b[1]);
  const float common = (height > 0.0f ? height : 0.0f) * (width > 0.0f ? width : 0.0f);
  return common / (area_a + area_b - common);
}

/* the boxes that take part */
NN_KERNEL void nn_detection_start(const nn_detection_postprocess_t p, const float *best, uint8_t *open) {
  for (int32_t box = 0; box < p.boxes; ++box) {
    open[box] = best[box] >= p.score;
  }
}

/* The first of the best open boxes, closed with all that overlap it too much; -1 if none is open. */
NN_KERNEL int32_t nn_detection_next(const nn_detection_postprocess_t p, const float *corners,
                                    const float *best, uint8_t *open) {
  int32_t found = -1;
  for (int32_t box = 0; box < p.boxes; ++box) {
    if (open[box] && (found < 0 || best[box] > best[found])) {
      found = box;
    }
  }
  if (found >= 0) {
    open[found] = 0;
    for (int32_t box = 0; box < p.boxes; ++box) {
      if (open[box] && nn_detection_overlap(corners + 4 * found, corners + 4 * box) > p.overlap) {
        open[box] = 0;
      }
    }
  }
  return found;
}

/* class by class; the outputs are kept in descending order of score. Returns the number of detections. */
NN_KERNEL int32_t nn_detection_regular(const nn_detection_postprocess_t p, const void *scores,
                                       const float *corners, float *best, uint8_t *open, float *boxes,
                                       float *classes, float *out) {
  int32_t count = 0;
  for (int32_t c = 0; c < p.classes; ++c) {
    for (int32_t box = 0; box < p.boxes; ++box) {
      best[box] = nn_detection_score(p, scores, box, c);
    }
    nn_detection_start(p, best, open);
    for (int32_t n = 0; n < p.most_per_class; ++n) {
      const int32_t found = nn_detection_next(p, corners, best, open);
      int32_t at = count;
      while (found >= 0 && at > 0 && best[found] > out[at - 1]) {
        --at;
      }
      if (found < 0 || at >= p.most) {
        break;
      }
      count += count < p.most;
      for (int32_t i = count - 1; i > at; --i) {
        out[i] = out[i - 1];
        classes[i] = classes[i - 1];
        memcpy(boxes + 4 * i, boxes + 4 * (i - 1), 4 * sizeof(float));
      }
      out[at] = best[found];
      classes[at] = (float)c;
      memcpy(boxes + 4 * at, corners + 4 * found, 4 * sizeof(float));
    }
  }
  return count;
}

/* all classes at once; each box is given with its best classes, the first ones where scores are equal */
NN_KERNEL int32_t nn_detection_fast(const nn_detection_postprocess_t p, const void *scores,
                                    const float *corners, float *best, uint8_t *open, float *boxes,
                                    float *classes, float *out) {
  for (int32_t box = 0; box < p.boxes; ++box) {
    best[box] = nn_detection_score(p, scores, box, 0);
    for (int32_t c = 1; c < p.classes; ++c) {
      const float score = nn_detection_score(p, scores, box, c);
      best[box] = score > best[box] ? score : best[box];
    }
  }
  nn_detection_start(p, best, open);
  int32_t count = 0;
  for (; count < p.most; ++count) {
    const int32_t found = nn_detection_next(p, corners, best, open);
    if (found < 0) {
      break;
    }
    const int32_t first = count * p.classes_per_box;
    const int32_t end = first + (p.classes_per_box < p.classes ? p.classes_per_box : p.classes);
    int32_t filled = first;
    for (int32_t c = 0; c < p.classes; ++c) {
      const float score = nn_detection_score(p, scores, found, c);
      int32_t at = filled;
      filled += filled < end;
      for (; at > first && score > out[at - 1]; --at) {
        if (at < end) {
          out[at] = out[at - 1];
          classes[at] = classes[at - 1];
        }
      }
      if (at < end) {
        out[at] = score;
        classes[at] = (float)c;
      }
    }
    for (int32_t i = first; i < end; ++i) {
      memcpy(boxes + 4 * i, corners + 4 * found, 4 * sizeof(float));
    }
  }
  return count;
}

/* work: 5 numbers for each box; open: a byte for each box. What is not detected is 0 in the outputs. */
NN_KERNEL void nn_detection_postprocess(const nn_detection_postprocess_t p, const void *in_boxes,
                                        const void *in_scores, const void *anchors, float *boxes,
                                        float *classes, float *scores, float *count, float *work,
                                        uint8_t *open) {
  float *const best = work + 4 * p.boxes;
  const int32_t size = p.most * p.classes_per_box;
  for (int32_t i = 0; i < size; ++i) {
    boxes[4 * i] = boxes[4 * i + 1] = boxes[4 * i + 2] = boxes[4 * i + 3] = 0.0f;
    classes[i] = scores[i] = 0.0f;
  }
  nn_detection_decode(p, in_boxes, anchors, work);
  *count = (float)(p.most_per_class > 0
                       ? nn_detection_regular(p, in_scores, work, best, open, boxes, classes, scores)
                       : nn_detection_fast(p, in_scores, work, best, open, boxes, classes, scores));
}

#endif
