/* The flash outside of the chip, an N25Q128A of 16 MB, as memory at 0x90000000. */
#ifndef QUADSPI_H
#define QUADSPI_H

/* Maps it, to be read over one line a bit at a time: every such flash understands that after its reset. */
void quadspi_map(void);

#endif
