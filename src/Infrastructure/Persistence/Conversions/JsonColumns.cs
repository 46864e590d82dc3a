using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FewShotAD.Infrastructure.Persistence.Conversions;

/// <summary>
/// Values that are read and written whole (recipe, snapshot, calibration, metrics) as one JSON column, in the worker
/// protocol's spelling, so that a row and a job file read alike.
/// </summary>
internal static class JsonColumns
{
    private static readonly JsonSerializerOptions Options = new(WorkerProtocol.Json)
    {
        // A snapshot may name 100,000 images: a bare string instead of an object halves the column.
        Converters =
        {
            new IdJson<ImageId>(id => id.Value, value => new ImageId(value)),
            new IdJson<ProjectId>(id => id.Value, value => new ProjectId(value)),
        },
    };

    public static PropertyBuilder<T> HasJsonColumn<T>(this PropertyBuilder<T> property)
        where T : class?
    {
        // The values are immutable records: another value is another reference, so nothing needs to be copied or compared deeply.
        property.HasConversion(
            new ValueConverter<T, string>(value => Write(value), text => Read<T>(text)),
            new ValueComparer<T>((a, b) => ReferenceEquals(a, b), value => value == null ? 0 : value.GetHashCode(), value => value));
        return property;
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    private static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"A column of {typeof(T).Name} holds null.");

    private sealed class IdJson<T>(Func<T, Guid> read, Func<Guid, T> make) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => make(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(read(value));
    }
}
