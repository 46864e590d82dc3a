using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class LineVersionConfiguration : IEntityTypeConfiguration<LineVersion>
{
    public void Configure(EntityTypeBuilder<LineVersion> builder)
    {
        builder.ToTable("LineVersions");
        // The number in the key: of two lines drawn at once the database takes one.
        builder.HasKey(version => new { version.TenantId, version.ModelId, version.Number });
        builder.Property(version => version.Number).ValueGeneratedNever();
        builder.Property(version => version.Reason).HasMaxLength(LineVersion.ReasonMaxLength);
        builder.Property(version => version.MadeByName).HasMaxLength(LineVersion.NameMaxLength);
        builder.Property(version => version.Flips).HasJsonColumn();
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(version => new { version.TenantId, version.ModelId }).OnDelete(DeleteBehavior.Cascade);
    }
}
