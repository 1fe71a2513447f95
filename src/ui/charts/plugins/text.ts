import { type Theme, textSize } from '../theme.ts';

/** Writes on a chart with a rim of paper, so that lines behind stay readable and the text too. */
export function writeText(
  context: CanvasRenderingContext2D,
  text: string,
  place: { x: number; y: number; align: CanvasTextAlign; baseline: CanvasTextBaseline; color: string },
  theme: Theme,
): void {
  context.save();
  setFont(context, theme);
  context.textAlign = place.align;
  context.textBaseline = place.baseline;
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = theme.paper;
  context.strokeText(text, place.x, place.y);
  context.fillStyle = place.color;
  context.fillText(text, place.x, place.y);
  context.restore();
}

/** How wide a text will be, in pixels. */
export function measureText(context: CanvasRenderingContext2D, text: string, theme: Theme): number {
  context.save();
  setFont(context, theme);
  const { width } = context.measureText(text);
  context.restore();
  return width;
}

function setFont(context: CanvasRenderingContext2D, theme: Theme): void {
  context.font = `${textSize}px ${theme.fontFamily}`;
}
