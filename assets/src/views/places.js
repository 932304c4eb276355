// Points in an answer: WKT literals (longitude first) or columns of degrees.

import { placeColumns, textOf } from "../answers.js";

const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*(-?[\d.]+(?:[eE][+-]?\d+)?)\s+(-?[\d.]+(?:[eE][+-]?\d+)?)/i;

export function pointOf(text) {
  const found = POINT.exec(text);
  return found ? onEarth(Number(found[1]), Number(found[2])) : null;
}

function onEarth(longitude, latitude) {
  const isThere = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return isThere ? { longitude, latitude } : null;
}

// [{longitude, latitude, row}]
export function pointsOf(answer) {
  const columns = placeColumns(answer);
  if (!columns) return [];
  const read = columns.wkt
    ? (row) => pointOf(textOf(row[columns.wkt]))
    : (row) => row[columns.longitude] && row[columns.latitude]
      ? onEarth(Number(textOf(row[columns.longitude])), Number(textOf(row[columns.latitude]))) : null;
  return answer.rows.map((row) => ({ ...read(row), row })).filter((point) => Number.isFinite(point.longitude));
}

// A plane for points: equirectangular, true to scale at their middle; x grows east, y grows south.
export function projected(points) {
  const latitudes = points.map((point) => point.latitude);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const scale = Math.max(Math.cos((middle * Math.PI) / 180), 0.05);
  return {
    x: (longitude) => longitude * scale,
    y: (latitude) => -latitude,
    longitude: (x) => x / scale,
    latitude: (y) => -y,
  };
}

// A step of 1, 2 or 5 of some power of ten that divides a width into four to ten.
export function stepFor(width) {
  const power = 10 ** Math.floor(Math.log10(width / 4));
  return [5, 2, 1].map((times) => times * power).find((step) => width / step >= 4) ?? power;
}
