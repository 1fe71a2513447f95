// The files for machines: feeds, calendars, badges, the API of Statuspage.
import type { APIRoute, GetStaticPaths } from 'astro';
import { machineFiles } from '../machine/files.ts';
import { readStatus } from '../read.ts';

export const getStaticPaths = (() =>
  [...machineFiles(readStatus())].map(([file, text]) => ({
    params: { file },
    props: { text },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ text: string }> = ({ props }) => new Response(props.text);
