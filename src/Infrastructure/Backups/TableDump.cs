using System.Buffers;
using System.Data.Common;
using System.IO.Compression;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>Takes tables out of a database row by row; memory holds one row.</summary>
internal static class TableDump
{
    private const int FlushAt = 64 * 1024;

    /// <param name="blobs">Takes the blobs that the rows name.</param>
    public static async Task<BackupTable> WriteAsync(DbTransaction moment, TableLayout table, string folder, HashSet<BlobRef> blobs, CancellationToken ct)
    {
        var rows = 0L;
        var file = await BackupFolder.WriteAsync(folder, $"tables/{table.Name}.jsonl.gz", async to => rows = await WriteAsync(moment, table, to, blobs, ct), ct);
        return new BackupTable(table.Name, [.. table.Columns.Select(column => new BackupColumn(column.Name, column.Kind))], rows, file);
    }

    /// <summary>The blobs that all rows name, and how many rows there are.</summary>
    public static async Task<long> CollectAsync(DbTransaction moment, TableLayout table, HashSet<BlobRef> blobs, CancellationToken ct)
    {
        // A column of each row at least: what cannot be read is found out.
        var read = table with { Columns = [.. table.Columns.Where((column, place) => place == 0 || column.IsBlob)] };
        return await WriteAsync(moment, read, Stream.Null, blobs, ct);
    }

    private static async Task<long> WriteAsync(DbTransaction moment, TableLayout table, Stream to, HashSet<BlobRef> blobs, CancellationToken ct)
    {
        await using var command = moment.Connection!.CreateCommand();
        command.Transaction = moment;
        command.CommandTimeout = 0;
#pragma warning disable CA2100 // names of the model
        command.CommandText = $"SELECT {TableLayout.Quote(table.Columns.Select(column => column.Name))} FROM {TableLayout.Quote(table.Name)}";
#pragma warning restore CA2100
        await using var row = await command.ExecuteReaderAsync(ct);
        await using var zip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        var lines = new ArrayBufferWriter<byte>(FlushAt);
        using var writer = RowText.Writer(lines);
        var rows = 0L;
        for (; await row.ReadAsync(ct); rows++)
        {
            writer.WriteStartArray();
            for (var place = 0; place < table.Columns.Count; place++)
            {
                RowText.Write(writer, row, place, table.Columns[place].Kind);
                if (table.Columns[place].IsBlob && !row.IsDBNull(place))
                    blobs.Add(BlobRef.Of(BlobKey.Parse(row.GetString(place))));
            }

            writer.WriteEndArray();
            writer.Flush();
            writer.Reset();
            lines.Write("\n"u8);
            if (lines.WrittenCount < FlushAt)
                continue;
            await zip.WriteAsync(lines.WrittenMemory, ct);
            lines.ResetWrittenCount();
        }

        await zip.WriteAsync(lines.WrittenMemory, ct);
        return rows;
    }
}
