using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FewShotAD.TestKit;

/// <summary>What the meters of one installation measure from now on. Others in the process are not heard: their meters come from another factory.</summary>
public sealed class Measured : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<Point> points = new();
    private readonly ConcurrentQueue<Instrument> instruments = new();

    /// <param name="meters">The installation's.</param>
    /// <param name="names">Of the meters.</param>
    public Measured(IMeterFactory meters, params string[] names)
    {
        listener.InstrumentPublished = (instrument, hears) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, meters) || !names.Contains(instrument.Meter.Name))
                return;
            instruments.Enqueue(instrument);
            hears.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
    }

    /// <param name="Tags">As <c>name=value</c>, with commas between.</param>
    public sealed record Point(string Name, double Value, string Tags);

    public IReadOnlyCollection<Instrument> Instruments => instruments;

    public IReadOnlyCollection<Point> All => points;

    public IReadOnlyList<Point> Of(string name) => [.. points.Where(point => point.Name == name)];

    /// <summary>Their tags, one for each time.</summary>
    public IReadOnlyList<string> TagsOf(string name) => [.. Of(name).Select(point => point.Tags)];

    /// <summary>What gauges say now.</summary>
    public IReadOnlyList<Point> Look(string name)
    {
        var before = points.Count;
        listener.RecordObservableInstruments();
        return [.. points.Skip(before).Where(point => point.Name == name)];
    }

    public void Dispose() => listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        points.Enqueue(new Point(instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
