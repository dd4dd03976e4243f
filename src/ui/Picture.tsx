/** Pixels on screen, painted in an animation frame and only when they change. Decides nothing about colours. */
import { useEffect, useRef } from 'react';

/** RGBA bytes, row-major. */
export interface Raster {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

interface Props {
  readonly raster: Raster | undefined;
  /** What it shows, in words; without it the picture is decoration of something that names itself. */
  readonly label?: string;
  /** Interpolated rather than pixel by pixel. */
  readonly smooth?: boolean;
}

export function Picture({ raster, label, smooth = false }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() => (raster ? paint(ref.current, raster) : clear(ref.current)));
    return () => cancelAnimationFrame(frame);
  }, [raster]);
  const role = label ? ({ role: 'img', 'aria-label': label } as const) : ({ 'aria-hidden': true } as const);
  return <canvas ref={ref} className="picture" data-smooth={smooth || undefined} width={1} height={1} {...role} />;
}

function clear(canvas: HTMLCanvasElement | null): void {
  if (canvas && canvas.width > 1) canvas.width = canvas.height = 1;
}

function paint(canvas: HTMLCanvasElement | null, { data, width, height }: Raster): void {
  const context = canvas?.getContext('2d');
  if (!canvas || !context) return;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.putImageData(new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
}
