using System.Buffers;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>A row as one line of JSON: an array with its values in the order of the columns, none of which depends on the database product.</summary>
internal static class RowText
{
    // Only what is read by this program again: nothing needs to be safe in a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Utf8JsonWriter Writer(IBufferWriter<byte> to) => new(to, Options);

    public static void Write(Utf8JsonWriter writer, DbDataReader row, int place, ColumnKind kind)
    {
        if (row.IsDBNull(place))
        {
            writer.WriteNullValue();
            return;
        }

        switch (kind)
        {
            case ColumnKind.Uuid:
                writer.WriteStringValue(row.GetGuid(place));
                break;
            case ColumnKind.Text:
                writer.WriteStringValue(row.GetString(place));
                break;
            case ColumnKind.Int32:
                writer.WriteNumberValue(row.GetInt32(place));
                break;
            case ColumnKind.Int64:
                writer.WriteNumberValue(row.GetInt64(place));
                break;
            case ColumnKind.Bool:
                writer.WriteBooleanValue(row.GetBoolean(place));
                break;
            case ColumnKind.Double when double.IsFinite(row.GetDouble(place)):
                writer.WriteNumberValue(row.GetDouble(place));
                break;
            case ColumnKind.Double:
                // JSON has no such number.
                writer.WriteStringValue(row.GetDouble(place).ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind));
        }
    }

    /// <exception cref="FormatException">The value is not of the kind.</exception>
    public static object? Read(JsonElement value, ColumnKind kind)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Null ? null : kind switch
            {
                ColumnKind.Uuid => value.GetGuid(),
                ColumnKind.Text => value.GetString()!,
                ColumnKind.Int32 => value.GetInt32(),
                ColumnKind.Int64 => value.GetInt64(),
                ColumnKind.Bool => value.GetBoolean(),
                ColumnKind.Double when value.ValueKind == JsonValueKind.String => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
                ColumnKind.Double => value.GetDouble(),
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"A {value.ValueKind} stands where a {kind} should.", e);
        }
    }

    public static DbType TypeOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Uuid => DbType.Guid,
        ColumnKind.Text => DbType.String,
        ColumnKind.Int32 => DbType.Int32,
        ColumnKind.Int64 => DbType.Int64,
        ColumnKind.Bool => DbType.Boolean,
        ColumnKind.Double => DbType.Double,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
